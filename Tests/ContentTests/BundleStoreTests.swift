import Content
import Foundation
import Model
import Testing

@Suite("The store of bundles")
struct BundleStoreTests {
  private let scratch: ScratchFolder
  private let store: BundleStore

  init() throws {
    scratch = try ScratchFolder()
    store = try BundleStore(folder: scratch.path + "/bundles", limits: BundleLimits(size: .kibibytes(64), files: 20))
  }

  private let files = [
    BundleFile(path: "main.py", bytes: Array("print()".utf8)),
    BundleFile(path: "bin/tool", isExecutable: true, bytes: [0, 255, 10, 0]),
    BundleFile(path: "bin/deep/er/data", bytes: []),
  ]

  @Test("keeps files under the hash of their content, in any order, once")
  func keeps() throws {
    let bundle = try store.ingest(files)
    #expect(bundle.hash.count == 64)
    #expect(bundle.size == 11)
    #expect(bundle.fileCount == 3)
    #expect(try store.ingest(files.reversed()) == bundle)
    #expect(try store.hashes() == [bundle.hash])
    #expect(try store.files(of: bundle.hash) == files.sorted { $0.path < $1.path })
    try store.verify(bundle.hash)

    var other = files
    other[0].isExecutable = true
    #expect(try store.ingest(other).hash != bundle.hash)
  }

  @Test("makes files readable for all and writable for nobody")
  func modes() throws {
    let path = store.path(of: try store.ingest(files).hash)
    let mode = { (name: String) -> mode_t in
      var status = stat()
      return lstat("\(path)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : 0
    }
    #expect(mode("main.py") == 0o444)
    #expect(mode("bin/tool") == 0o555)
    #expect(mode("bin/deep/er") == 0o555)
    #expect(mode(".") == 0o555)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder).count == 1)
  }

  @Test(
    "refuses paths that leave the bundle",
    arguments: ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a\u{0}b", "a\nb"])
  func paths(path: String) throws {
    #expect(throws: Problem.self) { try store.ingest([BundleFile(path: path, bytes: [])]) }
    let hash = try store.ingest(files).hash
    #expect(throws: Problem.self) { try store.open(hash, path: path) }
  }

  @Test("refuses two files of one path, and a file that is a folder too")
  func collisions() throws {
    #expect(throws: Problem.self) { try store.ingest(files + [files[0]]) }
    #expect(throws: Problem.self) { try store.ingest(files + [BundleFile(path: "bin", bytes: [])]) }
    #expect(try store.hashes().isEmpty)
  }

  @Test("refuses what is too large, naming the limit")
  func limits() throws {
    let large = try #require(throws: Problem.self) {
      try store.ingest([BundleFile(path: "a", bytes: [UInt8](repeating: 0, count: 65_537))])
    }
    #expect(large.code == .tooLarge)
    #expect(large.rule == "at most 64KiB")
    let many = try #require(throws: Problem.self) {
      try store.ingest((0..<21).map { BundleFile(path: "f\($0)", bytes: []) })
    }
    #expect(many.rule == "at most 20 files")
  }

  @Test("opens files without following links")
  func opening() throws {
    let hash = try store.ingest(files).hash
    let descriptor = try store.open(hash, path: "bin/tool")
    var bytes = [UInt8](repeating: 0, count: 10)
    #expect(read(descriptor, &bytes, 10) == 4)
    close(descriptor)
    #expect(throws: Problem.self) { try store.open(hash, path: "bin") }
    #expect(throws: Problem.self) { try store.open(hash, path: "none") }
    #expect(throws: Problem.self) { try store.open("../bundles", path: "x") }
    chmod(store.path(of: hash), 0o755)
    symlink("/etc", store.path(of: hash) + "/etc")
    symlink("/etc/hostname", store.path(of: hash) + "/name")
    #expect(throws: Problem.self) { try store.open(hash, path: "etc/hostname") }
    #expect(throws: Problem.self) { try store.open(hash, path: "name") }
  }

  @Test("notices that a bundle was changed")
  func verification() throws {
    let hash = try store.ingest(files).hash
    let file = store.path(of: hash) + "/main.py"
    chmod(file, 0o644)
    #expect(truncate(file, 3) == 0)
    #expect(throws: Problem.self) { try store.verify(hash) }
    try store.remove(hash)
    #expect(!store.contains(hash))
    try store.verify(try store.ingest(files).hash)
  }

  @Test("collects what nothing refers to, but not what was just ingested")
  func garbage() throws {
    let kept = try store.ingest(files).hash
    let unused = try store.ingest([files[0]]).hash
    #expect(try store.collectGarbage(keeping: [kept]).isEmpty)
    #expect(try store.collectGarbage(keeping: [kept]).isEmpty)
    #expect(try store.collectGarbage(keeping: [kept]) == [unused])
    #expect(try store.hashes() == [kept])
  }

  @Test("clears away what a crash left, and keeps what was there")
  func restart() throws {
    let hash = try store.ingest(files).hash
    try scratch.write("bundles/.new-x/bin/tool", "half")
    chmod(store.folder + "/.new-x/bin", 0o555)
    let again = try BundleStore(folder: store.folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == [hash])
    try again.verify(hash)
  }

  @Test("takes the same content from many at once")
  func concurrent() async throws {
    let (store, files) = (store, files)
    let hashes = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { try store.ingest(files).hash } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(hashes.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder).count == 1)
  }
}
