import Foundation

/// As JSON: `{"json": VALUE}`, or `{"bytes": "base 64"}` for what is not valid UTF-8.
extension LogEntry.Value: Codable {
  private enum CodingKeys: String, CodingKey {
    case json
    case bytes
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.bytes) {
      self = .bytes(Array(try container.decode(Data.self, forKey: .bytes)))
    } else {
      self = .json(try container.decode(JSONValue.self, forKey: .json))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .json(let value): try container.encode(value, forKey: .json)
    case .bytes(let bytes): try container.encode(Data(bytes), forKey: .bytes)
    }
  }
}
