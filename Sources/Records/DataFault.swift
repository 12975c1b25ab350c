/// One thing that is wrong with a request.
public struct DataFault: Hashable, Sendable {
  public enum Place: String, Hashable, Sendable {
    case body, querystring, header, path, method
  }

  public var place: Place
  /// The dotted name of what is wrong there; `nil` for the place as a whole.
  public var name: String?
  public var text: String
  /// What is wrong in a word that programs can tell apart from others, such as `reference_not_found`.
  public var code: String?
  /// Where it is in the body, as a JSON pointer.
  public var pointer: String?

  public init(_ place: Place, _ name: String?, _ text: String, code: String? = nil) {
    self.place = place
    self.name = name
    self.text = text
    self.code = code
  }

  /// - Parameter pointer: where it is in the body.
  public init(at pointer: String, _ text: String, code: String? = nil) {
    self.init(.body, String(pointer.dropFirst().replacing("/", with: ".")), text, code: code)
    self.pointer = pointer
  }

  /// The same of an object that stands somewhere else than in the body's `data`.
  func standing(at pointer: String) -> DataFault {
    guard place == .body, self.pointer == nil else { return self }
    let member = (name ?? "").split(separator: ".").drop { $0 == "data" }.joined(separator: "/")
    return DataFault(at: member.isEmpty ? pointer : "\(pointer)/\(member)", text, code: code)
  }
}
