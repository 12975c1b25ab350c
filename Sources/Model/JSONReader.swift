/// Reads one JSON text (RFC 8259), strictly: nothing beside the value but white space and a byte order mark, no numbers
/// out of a double's range, no lone surrogates. Of members of the same name the last counts.
///
/// Whole numbers that fit 64 bits are exact; a number with a fraction or an exponent is a double, also where it is whole,
/// and so is a larger whole one.
public struct JSONReader {
  /// How deep arrays and objects may nest unless somebody says less.
  public static let depthMax = 512

  private let bytes: UnsafeBufferPointer<UInt8>
  private let depthMax: Int
  private var position = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>, depthMax: Int) {
    self.bytes = bytes
    self.depthMax = depthMax
  }

  /// - Parameters:
  ///   - bytes: the whole text as UTF-8; whoever calls has bounded its size.
  ///   - depthMax: how deep arrays and objects may nest, up to `JSONReader.depthMax`.
  /// - Throws: `Problem` `invalid` that says at which byte and why.
  public static func read(_ bytes: some Sequence<UInt8>, depthMax: Int = depthMax) throws(Problem) -> JSONValue {
    // What lies in one piece is read where it is.
    if let result = bytes.withContiguousStorageIfAvailable({ read($0, depthMax) }) { return try result.get() }
    return try Array(bytes).withUnsafeBufferPointer { read($0, depthMax) }.get()
  }

  private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ depthMax: Int) -> Result<JSONValue, Problem> {
    var reader = JSONReader(bytes, depthMax: min(depthMax, Self.depthMax))
    return Result { () throws(Problem) in try reader.readAll() }
  }

  private mutating func readAll() throws(Problem) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let value = try readValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw fault("something follows the value") }
    return value
  }

  private mutating func readValue(depth: Int) throws(Problem) -> JSONValue {
    skipSpace()
    guard position < bytes.count else { throw fault("the text ends where a value is missing") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try readObject(depth: depth + 1)
    case UInt8(ascii: "["): return try readArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
    default: throw fault("no value begins so")
    }
  }

  private mutating func readObject(depth: Int) throws(Problem) -> JSONValue {
    guard depth <= depthMax else { throw fault("it is nested deeper than \(depthMax) levels") }
    position += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    guard !take(UInt8(ascii: "}")) else { return .object(members) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw fault("the name of a member is missing")
      }
      let name = try readString()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
      members[name] = try readValue(depth: depth)
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw fault("a comma or } is missing") }
    return .object(members)
  }

  private mutating func readArray(depth: Int) throws(Problem) -> JSONValue {
    guard depth <= depthMax else { throw fault("it is nested deeper than \(depthMax) levels") }
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    guard !take(UInt8(ascii: "]")) else { return .array(elements) }
    repeat {
      elements.append(try readValue(depth: depth))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw fault("a comma or ] is missing") }
    return .array(elements)
  }

  private mutating func readWord(_ word: StaticString, _ value: JSONValue) throws(Problem) -> JSONValue {
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count, (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { throw fault("no value begins so") }
    position += count
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func fault(_ reason: String) -> Problem {
    Problem(.invalid, "not valid JSON: at byte \(position + 1): \(reason)")
  }
}

extension JSONReader {
  private mutating func readNumber() throws(Problem) -> JSONValue {
    let start = position
    let isNegative = take(UInt8(ascii: "-"))
    var magnitude: UInt64 = 0
    var fits = true
    let first = position
    while let digit = digit {
      let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
      fits = fits && !overflow && !carry
      magnitude = sum
      position += 1
    }
    guard position > first else { throw fault("a digit is missing") }
    guard position == first + 1 || bytes[first] != UInt8(ascii: "0") else {
      throw fault("a number has no zeros before it")
    }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try skipDigits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try skipDigits()
    }
    if isWhole, fits {
      if !isNegative, let number = Int64(exactly: magnitude) { return .int(number) }
      if isNegative, magnitude <= Int64.min.magnitude { return .int(Int64(truncatingIfNeeded: 0 &- magnitude)) }
    }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
      throw fault("the number is too large")
    }
    return .double(number)
  }

  private var digit: UInt8? {
    guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else { return nil }
    return bytes[position] - UInt8(ascii: "0")
  }

  private mutating func skipDigits() throws(Problem) {
    guard digit != nil else { throw fault("a digit is missing") }
    while digit != nil { position += 1 }
  }

  private mutating func readString() throws(Problem) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = try text(bytes[start..<position])
        position += 1
        return text
      case UInt8(ascii: "\\"): return try readEscapedString(from: start)
      case 0..<0x20: throw fault("a control character must be escaped")
      default: position += 1
      }
    }
    throw fault("the text ends within a string")
  }

  /// The rest of a string whose first escape is at the position.
  private mutating func readEscapedString(from start: Int) throws(Problem) -> String {
    var units = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let text = try text(units)
        position += 1
        return text
      case UInt8(ascii: "\\"):
        position += 1
        try readEscape(into: &units)
      case 0..<0x20: throw fault("a control character must be escaped")
      default:
        units.append(byte)
        position += 1
      }
    }
    throw fault("the text ends within a string")
  }

  private mutating func readEscape(into units: inout [UInt8]) throws(Problem) {
    guard position < bytes.count else { throw fault("the text ends within a string") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      var value = try readHex()
      if (0xD800..<0xDC00).contains(value), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = try readHex()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("a surrogate stands alone") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw fault("a surrogate stands alone") }
      units += UTF8.encode(scalar).map { Array($0) } ?? []
    default: throw fault("there is no such escape")
    }
  }

  private mutating func readHex() throws(Problem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw fault("\\u wants four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func text(_ units: some Sequence<UInt8>) throws(Problem) -> String {
    guard let text = String(validating: units, as: UTF8.self) else { throw fault("the string is not UTF-8") }
    return text
  }
}
