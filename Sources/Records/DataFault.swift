/// One thing that is wrong with a request.
public struct DataFault: Hashable, Sendable {
  public enum Place: String, Hashable, Sendable {
    case body, querystring, header, path, method
  }

  public var place: Place
  /// The dotted name of what is wrong there; `nil` for the place as a whole.
  public var name: String?
  public var text: String

  public init(_ place: Place, _ name: String?, _ text: String) {
    self.place = place
    self.name = name
    self.text = text
  }
}
