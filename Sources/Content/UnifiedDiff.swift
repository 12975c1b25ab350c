/// The difference of two texts, line by line, as `diff -u` writes it.
enum UnifiedDiff {
  /// The longest text that is compared, in bytes and in lines.
  static let maximumBytes = 64 << 10
  static let maximumLines = 2000
  /// The most lines that may differ.
  static let maximumChanges = 500
  /// How many lines that stayed are shown around a change.
  private static let context = 3

  private struct Line {
    let sign: Character
    let text: Substring
    /// The lines of each text before this one.
    let old: Int
    let new: Int
  }

  /// The hunks without a head; `nil` for what is no text, too long, equal, or almost all different.
  static func text(from old: [UInt8], to new: [UInt8]) -> String? {
    guard let before = lines(of: old), let after = lines(of: new),
      abs(before.count - after.count) <= maximumChanges
    else { return nil }
    let difference = after.difference(from: before)
    guard !difference.isEmpty, difference.count <= maximumChanges else { return nil }
    return hunks(of: merge(before, after, difference))
  }

  private static func lines(of bytes: [UInt8]) -> [Substring]? {
    guard bytes.count <= maximumBytes, !bytes.contains(0),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    // By scalar: a carriage return before the newline is part of the line, not of one character with it.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.count <= maximumLines ? lines : nil
  }

  private static func merge(
    _ old: [Substring], _ new: [Substring], _ difference: CollectionDifference<Substring>
  ) -> [Line] {
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        lines.append(Line(sign: "-", text: old[left], old: left, new: right))
        left += 1
      } else if inserted.contains(right) {
        lines.append(Line(sign: "+", text: new[right], old: left, new: right))
        right += 1
      } else {
        lines.append(Line(sign: " ", text: old[left], old: left, new: right))
        left += 1
        right += 1
      }
    }
    return lines
  }

  private static func hunks(of lines: [Line]) -> String {
    var text = ""
    var index = 0
    while let first = lines[index...].firstIndex(where: { $0.sign != " " }) {
      let start = max(index, first - context)
      var last = first
      while let next = lines[(last + 1)...].firstIndex(where: { $0.sign != " " }), next - last <= 2 * context {
        last = next
      }
      let end = min(lines.count, last + context + 1)
      let hunk = lines[start..<end]
      let (old, new) = (hunk.count { $0.sign != "+" }, hunk.count { $0.sign != "-" })
      text += "@@ -\(range(lines[start].old, old)) +\(range(lines[start].new, new)) @@\n"
      for line in hunk { text += "\(line.sign)\(line.text)\n" }
      index = end
    }
    return text
  }

  /// A range of no lines is said by the line before it.
  private static func range(_ start: Int, _ count: Int) -> String {
    count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)"
  }
}
