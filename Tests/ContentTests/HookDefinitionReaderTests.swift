import Content
import Foundation
import Model
import Testing

@Suite("Reading hook.yaml")
struct HookDefinitionReaderTests {
  private func read(_ text: String) throws -> HookDefinition {
    try HookDefinitionReader.read(Array(text.utf8), file: "hooks/hello/hook.yaml")
  }

  private func problem(_ text: String) throws -> Problem {
    try #require(throws: Problem.self) { try read(text) }
  }

  @Test("takes every key")
  func everything() throws {
    let definition = try read(
      """
      runtime: python            # a folder of runtimes/
      entry: main.py
      description: Greets a person
      endpoint: {public: true, methods: [GET, POST], stream: true, deadline: 20s}
      parameters:
        properties: {name: {type: string, default: world, maxLength: 80}}
      limits: {timeout: 25s, memory: 128MiB, cpu: 0.5, processes: 32, disk: 32MiB, files: 512, output: 2MiB,
               concurrency: 8, queue: 0}
      network: host
      start: exec
      env: {GREETING: hello, COUNT: 3, FLAG: true, EMPTY: ""}
      config: {any: {json: [1, 2.5, true, null, "5", no, 0x10]}}
      secrets: [STRIPE_KEY, DB_PASSWORD]
      tags: [demo]
      scopes: [hooks.run, "hooks.run:greet"]
      retries: {max: 5, backoff: 250ms, factor: 1.5, max_backoff: 2m, jitter: 0}
      on_failure: mourn
      """)
    // Written on its own, because it is long.
    let admission = try read(
      """
      runtime: bash
      entry: x
      endpoint:
        rate: {per_key: 100/1m, per_address: 10/1s}
        cors: {origins: [https://app.example, "http://localhost:3000"], methods: [POST], headers: [X-A], expose: [X-B],
               credentials: true, max_age: 1h}
      """
    ).endpoint
    #expect(
      admission.rate
        == RateRule(
          perKey: Rate(count: 100, interval: .seconds(60)), perAddress: Rate(count: 10, interval: .seconds(1))))
    #expect(
      admission.cors
        == CORSRule(
          origins: ["https://app.example", "http://localhost:3000"], methods: ["POST"], headers: ["X-A"],
          exposes: ["X-B"], allowsCredentials: true, maximumAge: .seconds(3600)))
    #expect(
      try read("runtime: bash\nentry: x\nendpoint: {cors: {origins: '*'}}\n").endpoint.cors == CORSRule(origins: ["*"]))
    #expect(
      definition
        == HookDefinition(
          runtime: "python", entry: "main.py", description: "Greets a person",
          endpoint: EndpointRule(isPublic: true, methods: ["GET", "POST"], streams: true, deadline: .seconds(20)),
          parameters: ["properties": ["name": ["type": "string", "default": "world", "maxLength": 80]]],
          limits: Limits(
            timeout: .seconds(25), memory: .mebibytes(128), cpu: 0.5, processes: 32, disk: .mebibytes(32), files: 512,
            output: .mebibytes(2), concurrency: 8, queue: 0),
          network: .host, start: .exec, env: ["GREETING": "hello", "COUNT": "3", "FLAG": "true", "EMPTY": ""],
          config: ["any": ["json": [1, 2.5, true, nil, "5", "no", 16]]], secrets: ["STRIPE_KEY", "DB_PASSWORD"],
          tags: ["demo"], scopes: ["hooks.run", "hooks.run:greet"],
          retries: RetryRule(
            max: 5, backoff: .milliseconds(250), factor: 1.5, maximumBackoff: .seconds(120), jitter: 0),
          onFailure: "mourn"))
  }

  @Test("retries without further words have the defaults, and the longest wait follows a longer first one")
  func retries() throws {
    #expect(try read("runtime: bash\nentry: x\nretries: {}\n").retries == RetryRule())
    #expect(try read("runtime: bash\nentry: x\n").retries == nil)
    let slow = try read("runtime: bash\nentry: x\nretries: {backoff: 3h}\n")
    #expect(slow.retries?.maximumBackoff == .seconds(3 * 3600))
  }

  @Test("needs only runtime and entry; the deadline follows a shorter timeout")
  func defaults() throws {
    #expect(try read("runtime: bash\nentry: a/b.sh\n") == HookDefinition(runtime: "bash", entry: "a/b.sh"))
    let short = try read("runtime: bash\nentry: x\nlimits: {timeout: 5s}\n")
    #expect(short.endpoint.deadline == .seconds(5))
  }

  @Test("takes the schemes of signatures")
  func signatures() throws {
    let signature = { (text: String) in
      try self.read("runtime: bash\nentry: x\nendpoint: {signature: \(text)}\n").endpoint.signature
    }
    #expect(try signature("{scheme: github, secret: A}") == SignatureRule(scheme: .github, secrets: ["A"]))
    #expect(
      try signature("{scheme: stripe, secret: [NEW, OLD], tolerance: 1m}")
        == SignatureRule(scheme: .stripe, secrets: ["NEW", "OLD"], tolerance: .seconds(60)))
    let own = try signature(
      "{scheme: hmac, secret: A, header: X-Sign, algorithm: sha512, encoding: base64, prefix: 'v0=', "
        + "timestamp_header: X-Time}")
    #expect(
      own
        == SignatureRule(
          scheme: .hmac, secrets: ["A"], header: "X-Sign", algorithm: .sha512, encoding: .base64, prefix: "v0=",
          timestampHeader: "X-Time"))
    #expect(try JSONDecoder().decode(SignatureRule.self, from: JSONEncoder().encode(own)) == own)
  }

  @Test("names the nearest key of a signature")
  func nearestKey() throws {
    let problem = try problem(
      "runtime: bash\nentry: x\nendpoint: {signature: {scheme: hmac, secret: A, header: X, prefx: a}}\n")
    #expect(problem.hint == "did you mean prefix?")
  }

  @Test(
    "refuses what breaks a rule, with its key and line",
    arguments: [
      ("entry: x\n", "runtime", 1), ("runtime: bash\n", "entry", 1), ("", "runtime", 1),
      ("runtime: Bash\n", "runtime", 1), ("runtime: bash\nentry: ../x\n", "entry", 2),
      ("runtime: bash\nentry: /x\n", "entry", 2), ("runtime: bash\nentry: a//x\n", "entry", 2),
      ("runtime: bash\nentry: [x]\n", "entry", 2), ("runtime: 3\nentry: x\n", "runtime", 1),
      ("H\nendpoint: {public: yes}\n", "endpoint.public", 4), ("H\nendpoint: public\n", "endpoint", 4),
      ("H\nendpoint:\n  methods: [get]\n", "endpoint.methods", 5),
      ("H\nendpoint: {methods: []}\n", "endpoint.methods", 4),
      ("H\nendpoint: {methods: [GET, GET]}\n", "endpoint.methods", 4),
      ("H\nendpoint:\n  deadline: 31s\n", "endpoint.deadline", 5),
      ("H\nendpoint: {deadline: 3}\n", "endpoint.deadline", 4),
      ("H\nlimits: {timeout: 25h}\n", "limits.timeout", 4), ("H\nlimits: {timeout: 0s}\n", "limits.timeout", 4),
      ("H\nlimits: {memory: 1MiB}\n", "limits.memory", 4), ("H\nlimits: {memory: lots}\n", "limits.memory", 4),
      ("H\nlimits: {cpu: 0}\n", "limits.cpu", 4), ("H\nlimits: {cpu: 65}\n", "limits.cpu", 4),
      ("H\nlimits: {processes: 0}\n", "limits.processes", 4), ("H\nlimits: {processes: 1.5}\n", "limits.processes", 4),
      ("H\nlimits: {files: -1}\n", "limits.files", 4), ("H\nlimits: {concurrency: '3'}\n", "limits.concurrency", 4),
      ("H\nnetwork: hots\n", "network", 4), ("H\nstart: reuse\n", "start", 4),
      ("H\nenv: {LD_PRELOAD: x}\n", "env.LD_PRELOAD", 4),
      ("H\nenv:\n  A: b\n  PATH: x\n", "env.PATH", 6), ("H\nenv: {GRAPNEL_X: y}\n", "env.GRAPNEL_X", 4),
      ("H\nenv: {1A: y}\n", "env.1A", 4), ("H\nenv: {A: [y]}\n", "env.A", 4), ("H\nenv: {A: }\n", "env.A", 4),
      ("H\nconfig: 3\n", "config", 4), ("H\nconfig: {a: .inf}\n", "config", 4), ("H\nconfig: {a: !x 1}\n", "config", 4),
      ("H\nsecrets: KEY\n", "secrets", 4), ("H\nsecrets: [PATH]\n", "secrets", 4),
      ("H\nsecrets: [A, A]\n", "secrets", 4), ("H\nsecrets: [a-b]\n", "secrets", 4),
      ("H\nenv: {B: x}\nsecrets:\n  - A\n  - B\n", "secrets", 7),
      ("H\ntags: demo\n", "tags", 4), ("H\ntags: [1]\n", "tags", 4), ("H\nscopes: [all]\n", "scopes", 4),
      ("H\nscopes: ['hooks.run:A']\n", "scopes", 4),
      ("H\nparameters:\n  properties:\n    a: {maxLenght: 3}\n", "parameters/properties/a/maxLenght", 6),
      ("H\nparameters:\n  properties:\n    a:\n      type: text\n", "parameters/properties/a/type", 7),
      ("H\nendpoint:\n  rate: {per_key: 100}\n", "endpoint.rate.per_key", 5),
      ("H\nendpoint:\n  rate:\n    per_address: 0/1s\n", "endpoint.rate.per_address", 6),
      ("H\nendpoint: {rate: {per_hook: 1/1s}}\n", "endpoint.rate.per_hook", 4),
      ("H\nendpoint: {cors: {}}\n", "endpoint.cors.origins", 4),
      ("H\nendpoint: {cors: {origins: []}}\n", "endpoint.cors.origins", 4),
      ("H\nendpoint: {cors: {origins: [https://a.example/]}}\n", "endpoint.cors.origins", 4),
      ("H\nendpoint: {cors: {origins: ['https://a.example:443']}}\n", "endpoint.cors.origins", 4),
      ("H\nendpoint: {cors: {origins: [app.example]}}\n", "endpoint.cors.origins", 4),
      ("H\nendpoint: {cors: {origins: ['*', https://a.example]}}\n", "endpoint.cors.origins", 4),
      ("H\nendpoint:\n  cors:\n    origins: '*'\n    credentials: true\n", "endpoint.cors.credentials", 7),
      ("H\nendpoint: {cors: {origins: '*', headers: ['*']}}\n", "endpoint.cors.headers", 4),
      ("H\nendpoint: {cors: {origins: '*', max_age: 25h}}\n", "endpoint.cors.max_age", 4),
      ("H\nretries: 3\n", "retries", 4), ("H\nretries: {max: 26}\n", "retries.max", 4),
      ("H\nretries:\n  backoff: 0s\n", "retries.backoff", 5), ("H\nretries: {factor: 0.5}\n", "retries.factor", 4),
      ("H\nretries: {jitter: 2}\n", "retries.jitter", 4),
      ("H\nretries: {backoff: 2s, max_backoff: 1s}\n", "retries.max_backoff", 4),
      ("H\nretries: {tries: 2}\n", "retries.tries", 4), ("H\non_failure: Bad Name\n", "on_failure", 4),
      ("H\nschedules: {every: 10s}\n", "schedules", 4), ("H\nendpoint: {signature: x}\n", "endpoint.signature", 4),
      ("H\nendpoint: {signature: {scheme: github}}\n", "endpoint.signature.secret", 4),
      ("H\nendpoint: {signature: {secret: A}}\n", "endpoint.signature.scheme", 4),
      ("H\nendpoint: {signature: {scheme: gihub, secret: A}}\n", "endpoint.signature.scheme", 4),
      ("H\nendpoint:\n  signature:\n    scheme: github\n    secret: a-b\n", "endpoint.signature.secret", 7),
      ("H\nendpoint: {signature: {scheme: github, secret: []}}\n", "endpoint.signature.secret", 4),
      ("H\nendpoint: {signature: {scheme: github, secret: [A, B, C, D, E]}}\n", "endpoint.signature.secret", 4),
      ("H\nendpoint: {signature: {scheme: github, secret: A, header: X}}\n", "endpoint.signature.header", 4),
      ("H\nendpoint: {signature: {scheme: github, secret: A, tolerance: 5m}}\n", "endpoint.signature.tolerance", 4),
      ("H\nendpoint: {signature: {scheme: stripe, secret: A, tolerance: 0s}}\n", "endpoint.signature.tolerance", 4),
      ("H\nendpoint: {signature: {scheme: hmac, secret: A}}\n", "endpoint.signature.header", 4),
      ("H\nendpoint: {signature: {scheme: hmac, secret: A, header: 'a b'}}\n", "endpoint.signature.header", 4),
      (
        "H\nendpoint: {signature: {scheme: hmac, secret: A, header: X, algoritm: x}}\n",
        "endpoint.signature.algoritm", 4
      ),
      (
        "H\nendpoint: {signature: {scheme: hmac, secret: A, header: X, algorithm: md5}}\n",
        "endpoint.signature.algorithm", 4
      ),
      (
        "H\nendpoint: {signature: {scheme: hmac, secret: A, header: X, tolerance: 5m}}\n",
        "endpoint.signature.tolerance", 4
      ),
      ("H\nendpoint: {public: true, signature: {scheme: github, secret: A}}\n", "endpoint.public", 4),
      ("H\nlimits: {memry: 1}\n", "limits.memry", 4), ("H\ndescripton: x\n", "descripton", 4),
      ("H\nentry: y\n", "entry", nil), ("H\n<<: {}\n", nil, 4),
    ] as [(String, String?, Int?)])
  func refused(text: String, field: String?, line: Int?) throws {
    let text = text.hasPrefix("H") ? "runtime: bash\nentry: x\n" + text.replacing("H\n", with: "# a hook\n") : text
    let problem = try problem(text)
    #expect(problem.code == .invalid)
    #expect(problem.field == field)
    #expect(problem.file == "hooks/hello/hook.yaml")
    if let line { #expect(problem.line == line) } else { #expect(problem.line != nil) }
  }

  @Test("suggests the key that was meant")
  func suggestions() throws {
    #expect(
      try problem("runtime: bash\nentry: x\nlimits:\n  memroy: 64MiB\n").description
        == "hooks/hello/hook.yaml:4: the key limits.memroy is not known (limits.memroy: one of timeout, memory, cpu, "
        + "processes, disk, files, output, concurrency, queue); did you mean memory?")
    #expect(try problem("runtime: bash\nentry: x\nnetwork: hots\n").hint == "did you mean host?")
    #expect(try problem("runtime: bash\nentry: x\nstart: frok\n").hint == "did you mean fork?")
  }

  @Test("refuses files that are no YAML, too large, too deep, or multiply by anchors")
  func hostile() throws {
    let broken = try problem("runtime: bash\nentry: [x\n")
    #expect(broken.message.hasPrefix("not valid YAML"))
    #expect(broken.line != nil)
    #expect(throws: Problem.self) { try HookDefinitionReader.read([0x61, 0xFF, 0xFE], file: "f") }
    #expect(try problem("a: b\n---\nc: d\n").code == .invalid)
    #expect(try problem(String(repeating: " ", count: 70_000)).code == .tooLarge)
    #expect(throws: Problem.self) { try read("config: " + String(repeating: "[", count: 30_000)) }
    #expect(throws: Problem.self) {
      try read(
        "runtime: b\nentry: x\nconfig: {a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
          + "}")
    }
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1..<40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(try problem(bomb + "? *a39\n: 1\n").code == .tooLarge)
    let half = String(repeating: "x", count: 50 << 10)
    #expect(try problem("runtime: bash\nentry: x\nconfig:\n  a: &a \(half)\n  b: *a\n").field == "config")
    let shared = try read("runtime: bash\nentry: x\nconfig:\n  a: &a {k: v}\n  b: *a\n")
    #expect(shared.config == ["a": ["k": "v"], "b": ["k": "v"]])
  }

  @Test("never crashes on damaged files", arguments: 0..<4 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    let good = Array(
      """
      runtime: python
      entry: main.py
      endpoint: {public: false, methods: [GET], deadline: 30s}
      parameters: &p
        properties: {name: {type: string, default: "wörld", maxLength: 80}}
      limits: {timeout: 30s, memory: 256MiB, cpu: 1}
      env: {GREETING: hello}
      config: {any: *p, list: [1, -2.5e3, ~, |
        text
      ]}
      tags: [demo]
      """.utf8)
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let random = { (bound: Int) -> Int in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let interesting = Array("{}[]:,&*!|>'\"%@`#-? \n\t\u{0}\u{FEFF}".utf8) + [0xFF, 0x80, 0xC3]
    for _ in 0..<1500 {
      var bytes = good
      for _ in 0...random(6) {
        let place = random(bytes.count)
        switch random(4) {
        case 0: bytes[place] = interesting[random(interesting.count)]
        case 1: bytes.insert(interesting[random(interesting.count)], at: place)
        case 2: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random(40))], at: random(bytes.count))
        }
      }
      do {
        _ = try HookDefinitionReader.read(bytes, file: "f")
      } catch {
        #expect(error is Problem)
      }
    }
  }
}
