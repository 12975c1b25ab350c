/// One header or trailer of HTTP.
public struct HeaderField: Hashable, Sendable, Codable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
