import Model

/// A JSON value, or the lack of one, as bytes that compare as values do: null < string < number < false < true < array <
/// object < missing; strings by code point, 1 and 1.0 equal, arrays and objects by a text in which equal ones are equal.
struct SortKey: Hashable {
  private(set) var bytes: [UInt8]

  /// How many bytes an index keeps of a key.
  static let longest = 512

  /// What order values of different types have.
  enum Rank: UInt8 {
    case null, string, number, no, yes, array, object, missing
  }

  static let missing = SortKey(bytes: [Rank.missing.rawValue])
  static let null = SortKey(bytes: [Rank.null.rawValue])

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(_ value: JSONValue?) {
    guard let value else {
      self = .missing
      return
    }
    let bytes = value.serializedBytes
    self = bytes.withUnsafeBufferPointer { SortKey(valueAt: 0..<$0.count, of: JSONText($0)) }
  }

  /// The key of the value that stands at `place` in the text.
  init(valueAt place: Range<Int>, of text: JSONText) {
    bytes = []
    let inside = place.lowerBound + 1..<max(place.lowerBound + 1, place.upperBound - 1)
    switch text[place.lowerBound] {
    case JSONText.quote:
      bytes.reserveCapacity(place.count)
      bytes.append(Rank.string.rawValue)
      text.appendString(at: inside, to: &bytes)
    case UInt8(ascii: "n"): bytes.append(Rank.null.rawValue)
    case UInt8(ascii: "f"): bytes.append(Rank.no.rawValue)
    case UInt8(ascii: "t"): bytes.append(Rank.yes.rawValue)
    case JSONText.openArray:
      bytes.append(Rank.array.rawValue)
      Self.appendPlain(place, of: text, depth: 0, to: &bytes)
    case JSONText.openObject:
      bytes.append(Rank.object.rawValue)
      Self.appendPlain(place, of: text, depth: 0, to: &bytes)
    default:
      bytes.append(Rank.number.rawValue)
      JSONNumber(text.bytes[place]).appendKey(to: &bytes)
    }
  }

  var rank: Rank { bytes.first.flatMap(Rank.init) ?? .missing }

  /// Whether an index keeps less than all of it.
  var isCut: Bool { bytes.count >= Self.longest }

  /// What an index keeps of it.
  var indexed: [UInt8] { Array(bytes.prefix(Self.longest)) }

  /// Nothing that is stored nests as deep; this keeps the stack small whatever is.
  private static let deepest = 512

  /// Appends the text that equal values share: as `JSONValue.serialized` has it, but whole numbers without a point.
  private static func appendPlain(_ place: Range<Int>, of text: JSONText, depth: Int, to output: inout [UInt8]) {
    guard depth < deepest else { return }
    switch text[place.lowerBound] {
    case JSONText.openArray:
      var separator = JSONText.openArray
      text.forEachElement(from: place.lowerBound) { element in
        output.append(separator)
        separator = JSONText.comma
        appendPlain(element, of: text, depth: depth + 1, to: &output)
      }
      if separator == JSONText.openArray { output.append(separator) }
      output.append(UInt8(ascii: "]"))
    case JSONText.openObject:
      var members: [[UInt8]: Range<Int>] = [:]
      text.forEachMember(from: place.lowerBound) { name, value in
        var plain: [UInt8] = []
        text.appendString(at: name, to: &plain)
        members[plain] = value
      }
      var separator = JSONText.openObject
      for (name, value) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        output.append(separator)
        separator = JSONText.comma
        appendQuoted(name, to: &output)
        output.append(UInt8(ascii: ":"))
        appendPlain(value, of: text, depth: depth + 1, to: &output)
      }
      if separator == JSONText.openObject { output.append(separator) }
      output.append(UInt8(ascii: "}"))
    case JSONText.quote:
      var plain: [UInt8] = []
      text.appendString(at: place.lowerBound + 1..<max(place.lowerBound + 1, place.upperBound - 1), to: &plain)
      appendQuoted(plain, to: &output)
    case UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "t"): output += text.bytes[place]
    default: output += JSONNumber(text.bytes[place]).plain.utf8
    }
  }

  private static func appendQuoted(_ text: [UInt8], to output: inout [UInt8]) {
    output += JSONValue.string(String(decoding: text, as: UTF8.self)).serializedBytes
  }
}
