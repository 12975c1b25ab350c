import Model

/// What a step says while it makes a layer, line by line and bounded.
struct PreparationLog {
  static let longestLine = 4096
  static let mostLines = 2000

  private var partial: [UInt8] = []
  private var count = 0
  /// The last lines, to find the fault in.
  private(set) var lines: [String] = []

  /// The lines that a chunk completes.
  mutating func append(_ chunk: [UInt8]) -> [String] {
    var complete: [String] = []
    for byte in chunk {
      if byte != UInt8(ascii: "\n") { partial.append(byte) }
      guard byte == UInt8(ascii: "\n") || partial.count == Self.longestLine else { continue }
      complete += keep()
    }
    return complete
  }

  /// The last line, if it did not end with a newline.
  mutating func finish() -> [String] { partial.isEmpty ? [] : keep() }

  private mutating func keep() -> [String] {
    let line = String(decoding: partial, as: UTF8.self)
    partial.removeAll(keepingCapacity: true)
    count += 1
    // The first fault that a compiler names counts; of anything else, its last words.
    if lines.count == Self.mostLines { lines.remove(at: Self.mostLines / 2) }
    lines.append(line)
    if count == Self.mostLines { return [line, "(the rest is left out)"] }
    return count < Self.mostLines ? [line] : []
  }

  /// A problem with what the lines say of it: the first line of the form `FILE:LINE:… error: MESSAGE`, else the last that
  /// calls itself an error, as installers go on to hints after it, else the last.
  func explain(_ problem: Problem, paths: [String]) -> Problem {
    var problem = problem
    for line in lines {
      guard let (file, number, message) = Self.fault(in: line, paths: paths) else { continue }
      problem.message += ": \(message)"
      problem.file = file
      problem.line = number
      return problem
    }
    let words = lines.last(where: Self.isError) ?? lines.last { line in line.contains { !$0.isWhitespace } }
    if let words { problem.message += ": \(words.prefix(300))" }
    return problem
  }

  private static func isError(_ line: String) -> Bool {
    let words = line.drop(while: \.isWhitespace).lowercased()
    return words.hasPrefix("error: ") || words.hasPrefix("an error occurred ")
  }

  private static func fault(in line: String, paths: [String]) -> (file: String, line: Int, message: Substring)? {
    guard let mark = line.firstRange(of: "error: ") else { return nil }
    let place = line[..<mark.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
    guard place.count >= 3, let number = Int(place[1]) else { return nil }
    let named = String(place[0])
    // Compilers name files as they were given them, or by their absolute path.
    guard let path = paths.first(where: { named == $0 || named.hasSuffix("/\($0)") }) else { return nil }
    return (path, number, line[mark.upperBound...].prefix(300))
  }
}
