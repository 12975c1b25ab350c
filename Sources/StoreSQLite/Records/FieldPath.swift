/// Where a member of an object is to be found: a key, or keys of nested objects joined by dots.
final class FieldPath {
  private let bytes: [UInt8]

  init(_ bytes: some Collection<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// Where the value is in the text of an object. The exact key wins; then the longest first part that is a key, in whose
  /// object the rest is looked for in the same way, and nowhere else. Of two members of one name the last counts.
  func find(in text: JSONText) -> Range<Int>? {
    var object = text.start(from: 0)
    var rest = bytes[...]
    while text[object] == JSONText.openObject {
      var found: (length: Int, value: Range<Int>)?
      text.forEachMember(from: object) { name, value in
        let length = Self.matched(name, of: text, in: rest)
        if length >= found?.length ?? 0, length > 0 || (name.isEmpty && Self.isPart(rest, 0)) {
          found = (length, value)
        }
      }
      guard let found else { return nil }
      guard found.length < rest.count else { return found.value }
      rest = rest.dropFirst(found.length + 1)
      object = found.value.lowerBound
    }
    return nil
  }

  /// How long a first part of `rest` the name is; 0 if it is none.
  private static func matched(_ name: Range<Int>, of text: JSONText, in rest: ArraySlice<UInt8>) -> Int {
    let raw = UnsafeBufferPointer(rebasing: text.bytes[name])
    if raw.contains(UInt8(ascii: "\\")) {
      var plain: [UInt8] = []
      text.appendString(at: name, to: &plain)
      return rest.starts(with: plain) && isPart(rest, plain.count) ? plain.count : 0
    }
    guard raw.count <= rest.count, isPart(rest, raw.count) else { return 0 }
    return rest.starts(with: raw) ? raw.count : 0
  }

  /// Whether the first `length` bytes are all, or a dot follows them.
  private static func isPart(_ rest: ArraySlice<UInt8>, _ length: Int) -> Bool {
    guard length <= rest.count else { return false }
    return length == rest.count || rest[rest.startIndex + length] == UInt8(ascii: ".")
  }
}
