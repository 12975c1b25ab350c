public import Model

/// What a run asks of its host over the host channel: `{"id":N,"method":"hooks.run","params":{…}}`.
public struct HostCall: Hashable, Sendable {
  /// Chosen by the run; the reply carries it.
  public var id: Int64
  public var method: String
  public var parameters: JSONValue

  public init(id: Int64, method: String, parameters: JSONValue) {
    self.id = id
    self.method = method
    self.parameters = parameters
  }

  /// - Throws: `Problem` with code `invalid` when it cannot even be answered; the channel is to be closed then.
  public init(parsing bytes: [UInt8]) throws {
    let value = try JSONValue(repairing: bytes)
    guard let id = value["id"]?.intValue else { throw Problem(.invalid, "a call has no whole number", field: "id") }
    guard let method = value["method"]?.stringValue else {
      throw Problem(.invalid, "a call has no method", field: "method")
    }
    self.init(id: id, method: method, parameters: value["params"] ?? .null)
  }
}
