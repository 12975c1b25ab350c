import Model

/// Takes a tar stream apart, as it comes: regular files and folders with plain relative paths, and nothing else.
///
/// The stream is a stranger's. Whatever it says, at most a header and one long name are held.
struct TarReader {
  enum Part {
    case folder(String)
    /// What follows, up to the next part of another kind, is its content.
    case file(String, isExecutable: Bool, size: Int64)
    case content(ArraySlice<UInt8>)
  }

  private enum Stage {
    case header
    case content(left: Int64)
    case longName(left: Int)
    case padding(left: Int)
    /// Of zeros, to the end.
    case rest
  }

  private static let block = 512

  private var stage = Stage.header
  private var header: [UInt8] = []
  private var longName: [UInt8]?
  /// What pads the content that is being read.
  private var padding = 0

  /// Whether the stream has ended where it may.
  var isComplete: Bool { if case .rest = stage { true } else { false } }

  /// - Throws: `Problem` with code `invalid` for what is no such stream, and what `take` throws.
  mutating func read(_ bytes: [UInt8], _ take: (Part) throws -> Void) throws {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      switch stage {
      case .rest: return
      case .header:
        let count = min(Self.block - header.count, bytes.count)
        header += bytes.prefix(count)
        bytes = bytes.dropFirst(count)
        if header.count == Self.block { try understand(take) }
      case .content(let left):
        let count = Int(min(left, Int64(bytes.count)))
        try take(.content(bytes.prefix(count)))
        bytes = bytes.dropFirst(count)
        stage = left == Int64(count) ? .padding(left: padding) : .content(left: left - Int64(count))
      case .longName(let left):
        let count = min(left, bytes.count)
        longName? += bytes.prefix(count)
        bytes = bytes.dropFirst(count)
        stage = left == count ? .padding(left: padding) : .longName(left: left - count)
      case .padding(let left):
        let count = min(left, bytes.count)
        bytes = bytes.dropFirst(count)
        stage = left == count ? .header : .padding(left: left - count)
      }
      if case .padding(left: 0) = stage { stage = .header }
    }
  }

  private mutating func understand(_ take: (Part) throws -> Void) throws {
    defer { header.removeAll(keepingCapacity: true) }
    guard header.contains(where: { $0 != 0 }) else { return stage = .rest }
    try verify()
    let size = try number(124..<136)
    padding = Int((Int64(Self.block) - size % Int64(Self.block)) % Int64(Self.block))
    let kind = header[156]
    if kind == UInt8(ascii: "L") {
      guard longName == nil, size <= Int64(BundlePath.maximumLength + 2) else { throw Self.fault("a name is too long") }
      longName = []
      return stage = size == 0 ? .header : .longName(left: Int(size))
    }
    let name = try path()
    longName = nil
    switch kind {
    case UInt8(ascii: "0"), 0:
      guard let name else { throw Self.fault("a file has no name") }
      let mode = try number(100..<108)
      try take(.file(name, isExecutable: mode & 0o100 != 0, size: size))
      stage = size == 0 ? .header : .content(left: size)
    case UInt8(ascii: "5"):
      guard size == 0 else { throw Self.fault("a folder has content") }
      if let name { try take(.folder(name)) }
      stage = .header
    case UInt8(ascii: "1"), UInt8(ascii: "2"):
      throw Problem(
        .invalid, "the result has a link where only files and folders are kept",
        hint: "let the step copy what the link leads to", file: name)
    default:
      throw Problem(.invalid, "the result has something that is neither a file nor a folder", file: name)
    }
  }

  /// The header's sum, in which the sum itself counts as spaces.
  private func verify() throws {
    let sum = header.indices.reduce(into: Int64(0)) { sum, index in
      sum += (148..<156).contains(index) ? 32 : Int64(header[index])
    }
    guard try number(148..<156) == sum else { throw Self.fault("a header is damaged") }
  }

  /// An octal number, with spaces or zeros around it.
  private func number(_ range: Range<Int>) throws -> Int64 {
    let digits = header[range].drop { $0 == 32 }.prefix { $0 != 32 && $0 != 0 }
    guard digits.count <= 12 else { throw Self.fault("a number is too large") }
    return try digits.reduce(into: Int64(0)) { value, digit in
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { throw Self.fault("a number is none") }
      value = value << 3 | Int64(digit & 7)
    }
  }

  /// The entry's path; `nil` for the top itself.
  private func path() throws -> String? {
    let bytes = longName ?? Array(header[0..<100])
    guard var text = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self) else {
      throw Self.fault("a name is not UTF-8")
    }
    while text.hasPrefix("./") { text.removeFirst(2) }
    if text.hasSuffix("/") { text.removeLast() }
    if text.isEmpty || text == "." { return nil }
    if let rule = BundlePath.objection(to: text) {
      throw Problem(.invalid, "the result has a name that cannot be kept", rule: rule)
    }
    return text
  }

  private static func fault(_ what: String) -> Problem {
    Problem(.invalid, "the result cannot be read: \(what)", rule: "a tar stream, format gnu, on descriptor 3")
  }
}
