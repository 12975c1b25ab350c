/// What another hook answered.
public struct Reply: Sendable {
  public let run: String
  public let status: Int
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]
  public let result: JSON

  init(_ members: JSON) {
    run = members.run.string ?? ""
    status = members.status.int ?? 200
    headers = (members.headers.array ?? []).map { ($0[0].string ?? "", $0[1].string ?? "") }
    body = members.base64.string.map(Self.decode) ?? Array((members.body.string ?? "").utf8)
    result = members.result
  }

  public var text: String { String(decoding: body, as: UTF8.self) }

  /// - Throws: `JSONError`.
  public func json() throws(JSONError) -> JSON { try JSON(parsing: body) }

  private static func decode(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for character in text.utf8 {
      let value: UInt8
      switch character {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: continue
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }
}

/// The host refused a call, or the hook that was called failed. `code` says why in one word.
public struct CallError: Error, CustomStringConvertible, Sendable {
  public let code: String
  public let message: String
  public var description: String { message }
}
