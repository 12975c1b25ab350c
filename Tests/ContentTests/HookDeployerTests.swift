import Model
import Testing

@testable import Content

@Suite("Deployments")
struct HookDeployerTests {
  private func order(
    _ name: String, _ files: [(String, String)], expected: Int64? = nil, isDryRun: Bool = false
  ) -> DeploymentOrder {
    DeploymentOrder(
      instance: HookFolderFixture.instance, name: name,
      files: files.map { BundleFile(path: $0.0, bytes: Array($0.1.utf8)) }, actor: "key:1", expectedVersion: expected,
      isDryRun: isDryRun)
  }

  @Test("of several hooks are all or none")
  func several() async throws {
    let fixture = try HookFolderFixture()
    let problem = await #expect(throws: Problem.self) {
      try await fixture.deployer.deploy([order("a", [("a.py", "1")]), order("b", [("b.txt", "1")])])
    }
    #expect(problem?.file == "b.txt")
    #expect(fixture.store.byName.isEmpty)
    #expect(try fixture.bundles.hashes().isEmpty)
    let both = try await fixture.deployer.deploy([order("a", [("a.py", "1")]), order("b", [("b.py", "1")])])
    #expect(both.map(\.version) == [1, 1])
    #expect(fixture.store.byName["a"]?.version.origin == .api)
  }

  @Test("are refused by what the server does not admit, with the line")
  func preflight() async throws {
    let fixture = try HookFolderFixture(preflight: { definition in
      definition.network == .host ? Problem(.forbidden, "no", field: "network") : nil
    })
    let files = [("hook.yaml", "runtime: bash\nentry: main.sh\nnetwork: host\n"), ("main.sh", "")]
    let problem = await #expect(throws: Problem.self) { try await fixture.deployer.deploy(order("a", files)) }
    #expect(problem?.code == .forbidden && problem?.file == "a/hook.yaml" && problem?.line == 3)
  }

  @Test("tell a version whose files are gone, and one that never was")
  func rollback() async throws {
    let fixture = try HookFolderFixture()
    for text in ["1", "2"] { _ = try await fixture.deployer.deploy(order("a", [("a.py", text)])) }
    let hook = try #require(fixture.store.byName["a"])
    for (number, code) in [(7, Problem.Code.notFound), (1, .unavailable)] as [(Int64, Problem.Code)] {
      if number == 1, let version = try await fixture.store.version(hook.id, number: 1) {
        try fixture.bundles.remove(version.bundle.hash)
      }
      let problem = await #expect(throws: Problem.self) {
        try await fixture.deployer.rollBack(hook, to: number, expected: nil, by: "key:1")
      }
      #expect(problem?.code == code)
    }
    #expect(fixture.version("a") == 2)
  }

  @Test("show files, modes and keys that differ")
  func differences() throws {
    let old = [
      BundleFile(path: "a", bytes: Array("1\n2\n3\n".utf8)), BundleFile(path: "b", bytes: [0, 1]),
      BundleFile(path: "c", bytes: []), BundleFile(path: "same", bytes: [1]),
    ]
    let new = [
      BundleFile(path: "a", isExecutable: true, bytes: Array("1\nzwei\n3\n".utf8)),
      BundleFile(path: "b", bytes: [0, 2]),
      BundleFile(path: "d", bytes: []), BundleFile(path: "same", bytes: [1]),
    ]
    #expect(
      FileComparison.differences(from: old, to: new) == [
        .init(path: "a", change: .changed, executable: true, diff: "@@ -1,3 +1,3 @@\n 1\n-2\n+zwei\n 3\n"),
        .init(path: "b", change: .changed), .init(path: "c", change: .removed), .init(path: "d", change: .added),
      ])
    var definition = HookDefinition(runtime: "bash", entry: "a")
    definition.config = ["n": 1]
    var other = definition
    other.config = ["n": 1.0]
    #expect(try DefinitionComparison.differences(from: definition, to: other).isEmpty, "1.0 is 1")
    other.limits.processes = 7
    other.parameters = ["type": "object"]
    #expect(
      try DefinitionComparison.differences(from: definition, to: other) == [
        .init(key: "limits.processes", from: 64, to: 7),
        .init(key: "parameters", from: nil, to: ["type": "object"]),
      ])
  }

  @Test("show hunks with their surroundings, as diff -u does")
  func hunks() {
    let lines = (1...30).map { "line \($0)\n" }
    var changed = lines
    changed[2] = "three\n"
    changed.remove(at: 20)
    changed.append("end\n")
    let text = { (lines: [String]) in Array(lines.joined().utf8) }
    #expect(
      UnifiedDiff.text(from: text(lines), to: text(changed)) == """
        @@ -1,6 +1,6 @@
         line 1
         line 2
        -line 3
        +three
         line 4
         line 5
         line 6
        @@ -18,7 +18,6 @@
         line 18
         line 19
         line 20
        -line 21
         line 22
         line 23
         line 24
        @@ -28,3 +27,4 @@
         line 28
         line 29
         line 30
        +end

        """)
    #expect(UnifiedDiff.text(from: [], to: text(["a\n"])) == "@@ -0,0 +1 @@\n+a\n")
    #expect(UnifiedDiff.text(from: text(["a\n"]), to: text(["a\n"])) == nil)
    #expect(UnifiedDiff.text(from: [0xFF], to: text(["a\n"])) == nil)
  }

  @Test("read what lies in the file system by the rules of a watched folder")
  func sources() throws {
    let scratch = try ScratchFolder()
    try scratch.write("all/greet/hook.yaml", "runtime: bash\nentry: main.sh\n")
    try scratch.write("all/greet/main.sh", "echo", isExecutable: true)
    try scratch.write("all/greet/main.sh~", "old")
    try scratch.write("all/hello.py", "1")
    try scratch.write("all/_lib.py", "1")
    let read = { (path: String) in try HookSource.read(at: scratch.path + "/" + path) }
    #expect(try read("all").map(\.name) == ["greet", "hello"])
    let greet = try #require(try read("all/greet/").first)
    #expect(greet.files.map(\.path) == ["hook.yaml", "main.sh"])
    #expect(greet.files.map(\.isExecutable) == [false, true])
    #expect(try read("all/hello.py").first?.files == [BundleFile(path: "hello.py", bytes: [0x31])])
    try scratch.makeFolder("none")
    try scratch.write("twice/a.py", "")
    try scratch.write("twice/a.sh", "")
    try scratch.write("linked/hook.yaml", "")
    try scratch.link("linked/secret", to: "/etc/passwd")
    for (path, code) in [
      ("nothing", Problem.Code.notFound), ("none", .invalid), ("twice", .conflict), ("linked", .invalid),
    ] {
      let problem = #expect(throws: Problem.self) { try read(path) }
      #expect(problem?.code == code, "\(path)")
    }
  }
}
