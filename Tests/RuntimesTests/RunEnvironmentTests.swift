import Model
import Testing

@testable import Runtimes

@Suite struct RunEnvironmentTests {
  private func make(
    payload: JSONValue = [:], parameters: JSONValue? = nil, env: [String: String] = [:], config: JSONValue = [:],
    headers: [String: String] = [:], query: String = "", cause: RunCause = RunCause(kind: .http),
    schedule: String? = nil
  ) throws -> [String: String] {
    try RunEnvironment.make(
      run: ID(at: Timestamp(microseconds: 0)), hook: "greet", instance: "main", cause: cause,
      schedule: schedule,
      definition: HookDefinition(runtime: "bash", entry: "main.sh", parameters: parameters), variables: env,
      payload: payload, payloadText: payload.serializedBytes, config: config,
      request: RunRequest(
        method: "POST", path: "/rest", query: query, contentType: "text/plain", headers: headers,
        remoteAddress: "127.0.0.1", traceparent: "00-a"),
      contentLength: 3, traceparent: nil, fixed: ["FIXED": "1"])
  }

  @Test func everythingOfTheContractIsThere() throws {
    let variables = try make(payload: ["a": 1], env: ["GREETING": "hi"], config: ["c": true])
    let expected = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LC_CTYPE": "C.UTF-8",
      "GRAPNEL_HOOK": "greet", "GRAPNEL_INSTANCE": "main", "GRAPNEL_CAUSE": "http",
      "GRAPNEL_ENTRY": "/hook/main.sh", "GRAPNEL_CONTROL_FD": "3", "GRAPNEL_HOST_FD": "4",
      "HOOK_PAYLOAD": #"{"a":1}"#, "HOOK_CONFIG": #"{"c":true}"#, "REQUEST_METHOD": "POST", "PATH_INFO": "/rest",
      "QUERY_STRING": "", "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "3", "REMOTE_ADDR": "127.0.0.1",
      "TRACEPARENT": "00-a", "GREETING": "hi", "FIXED": "1",
    ]
    for (name, value) in expected { #expect(variables[name] == value, "\(name)") }
    #expect(variables["GRAPNEL_RUN_ID"]?.count == 26)
    #expect(variables.count == expected.count + 1)
  }

  @Test func aRunOfAScheduleKnowsItsSlot() throws {
    let time = Timestamp(microseconds: 1_700_000_000_000_000)
    var cause = RunCause(kind: .schedule, schedule: ID(at: time), slot: time)
    let variables = try make(cause: cause, schedule: "nightly")
    #expect(variables["GRAPNEL_CAUSE"] == "schedule" && variables["GRAPNEL_SCHEDULE"] == "nightly")
    #expect(variables["GRAPNEL_SLOT"] == "2023-11-14T22:13:20.000000Z")
    cause.slot = nil
    #expect(try make(cause: cause)["GRAPNEL_SLOT"] == nil)
  }

  @Test(arguments: ["LANG", "LC_ALL"]) func aHookThatNamesItsLocaleGetsNothingBesides(name: String) throws {
    let variables = try make(env: [name: "de_DE.UTF-8"])
    #expect(variables[name] == "de_DE.UTF-8")
    #expect(variables["LC_CTYPE"] == nil)
  }

  @Test func credentialsAndTricksStayOutside() throws {
    let variables = try make(headers: [
      "accept": "*/*", "x-colour": "red", "proxy": "evil", "authorization": "Bearer x", "cookie": "a=b",
      "x-api-key": "k", "x-csrf-token": "t", "client-secret": "s", "x-auth-user": "u", "proxy-authorization": "p",
      "x-password": "w", "x-session-id": "i",
      "x_colour": "blue", "content-type": "a/b", "content-length": "9",
    ])
    #expect(variables.keys.filter { $0.hasPrefix("HTTP_") }.sorted() == ["HTTP_ACCEPT", "HTTP_X_COLOUR"])
    #expect(variables["HTTP_X_COLOUR"] == "red")
  }

  @Test func onlyDeclaredParametersBecomeVariables() throws {
    let variables = try make(
      payload: ["na-me": "Ada", "count": 3, "LD_PRELOAD": "x", "list": [1], "nul": "a\0b", "long": .string(long)],
      parameters: [
        "properties": ["na-me": [:], "count": [:], "list": [:], "absent": [:], "nul": [:], "long": [:], "ü": [:]]
      ])
    #expect(
      variables.filter { $0.key.hasPrefix("PARAM_") }
        == ["PARAM_NA_ME": "Ada", "PARAM_COUNT": "3", "PARAM_LIST": "[1]"])
    #expect(variables["LD_PRELOAD"] == nil)
  }

  private let long = String(repeating: "x", count: 100 << 10)

  @Test func aLongPayloadGoesByDescriptor() throws {
    let variables = try make(payload: ["a": .string(long)])
    #expect(variables["HOOK_PAYLOAD"] == nil)
    #expect(variables["GRAPNEL_PAYLOAD_FD"] == "5")
  }

  @Test(arguments: [
    "LD_PRELOAD", "BASH_ENV", "BASH_FUNC_x", "ENV", "PYTHONPATH", "NODE_OPTIONS", "PERL5LIB", "RUBYOPT", "GRAPNEL_X",
    "HOOK_PAYLOAD", "PARAM_X", "PATH", "IFS", "HTTP_X", "", "1A", "A-B", "A=B", "GLIBC_TUNABLES", "Ä",
  ])
  func hooksCannotSetWhatOthersObey(name: String) {
    let problem = #expect(throws: Problem.self) { try make(env: [name: "x"]) }
    #expect(problem?.field?.hasPrefix("env") == true)
  }

  @Test func boundsAreKept() {
    #expect(throws: Problem.self) { try make(config: ["a": .string(long)]) }
    #expect(throws: Problem.self) { try make(env: ["A": "a\0b"]) }
    #expect(throws: Problem.self) { try make(query: long + long) }
    let headers = (0..<12).map { ("x-\($0)", long) }
    let problem = #expect(throws: Problem.self) {
      try make(headers: Dictionary(headers) { first, _ in first })
    }
    #expect(problem?.code == .tooLarge)
  }
}
