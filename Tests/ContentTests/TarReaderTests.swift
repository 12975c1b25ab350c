import Model
import Testing

@testable import Content

@Suite struct TarReaderTests {
  /// What a stream says, in pieces of `size` bytes.
  private func read(_ stream: [UInt8], in size: Int) throws -> (files: [String], isComplete: Bool) {
    var reader = TarReader()
    var files: [String] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      try reader.read(Array(stream[start..<min(start + size, stream.count)])) { part in
        switch part {
        case .folder(let path): files.append("\(path)/")
        case .file(let path, let isExecutable, let size):
          files.append("\(path)\(isExecutable ? "*" : "") \(size) ")
        case .content(let bytes): files[files.count - 1] += String(decoding: bytes, as: UTF8.self)
        }
      }
    }
    return (files, reader.isComplete)
  }

  @Test(arguments: [1, 7, 511, 512, 513, 100_000])
  func aStreamIsTheSameInPiecesOfAnySize(size: Int) throws {
    let long = String(repeating: "long/", count: 60) + "name"
    var stream = TarStream()
    stream.add("./", kind: "5")
    stream.add("./bin/", kind: "5")
    stream.add("./bin/main", Array("program".utf8), mode: 0o755)
    stream.add("./empty")
    stream.add("./\(long)", Array(repeating: UInt8(ascii: "x"), count: 1024))
    let (files, isComplete) = try read(stream.whole, in: size)
    #expect(
      files == [
        "bin/", "bin/main* 7 program", "empty 0 ", "\(long) 1024 " + String(repeating: "x", count: 1024),
      ])
    #expect(isComplete)
    #expect(try !read(Array(stream.bytes.dropLast(600)), in: size).isComplete)
  }

  @Test(arguments: [
    ("../up", "0" as Unicode.Scalar), ("/etc/passwd", "0"), ("a/../../b", "0"), ("a//b", "0"), ("a\nb", "0"),
    ("link", "2"), ("hard", "1"), ("device", "3"), ("block", "4"), ("fifo", "6"), ("global", "g"), ("pax", "x"),
    ("sparse", "S"), ("..", "5"), ("a/..", "5"),
  ])
  func whatIsNoPlainFileIsRefused(path: String, kind: Unicode.Scalar) {
    var stream = TarStream()
    stream.add(path, kind: kind)
    let problem = #expect(throws: Problem.self) { try read(stream.whole, in: 512) }
    #expect(problem?.code == .invalid)
  }

  @Test func damageIsRefused() {
    var wrongSum = TarStream()
    wrongSum.add("a", sum: 1)
    #expect(throws: Problem.self) { try read(wrongSum.whole, in: 512) }
    var folderWithContent = TarStream()
    folderWithContent.add("a", Array("content".utf8), kind: "5")
    #expect(throws: Problem.self) { try read(folderWithContent.whole, in: 512) }
    var longestName = TarStream()
    longestName.add("././@LongLink", Array(repeating: UInt8(ascii: "a"), count: 5000), kind: "L")
    #expect(throws: Problem.self) { try read(longestName.whole, in: 512) }
    #expect(throws: Problem.self) { try read(Array(repeating: 0xFF, count: 2048), in: 512) }
  }

  /// Whatever bytes come, the reader ends with parts or a problem, and its paths are such as may be kept.
  @Test func noiseDoesNoHarm() {
    var random = SystemRandomNumberGenerator()
    var stream = TarStream()
    stream.add("a/b", Array("content".utf8))
    stream.add("c", kind: "5")
    for _ in 0..<2000 {
      var bytes = stream.whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var reader = TarReader()
      do {
        try reader.read(bytes) { part in
          switch part {
          case .folder(let path), .file(let path, _, _): #expect(BundlePath.objection(to: path) == nil)
          case .content(let content): #expect(!content.isEmpty)
          }
        }
      } catch {
        #expect(error is Problem)
      }
    }
  }
}
