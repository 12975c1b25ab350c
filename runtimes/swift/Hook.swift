import Glibc

/// What a hook knows of its run, and how it answers.
public struct Hook: Sendable {
  static let longestFrame = 1 << 20

  /// What was sent: the query's parameters, with the body's over them.
  public let payload: JSON
  /// What hook.yaml sets under `config`.
  public let config: JSON
  /// The request that started the run.
  public let request: Request
  public let log = Log()

  init() {
    payload = Self.readPayload()
    config = Self.variable("HOOK_CONFIG").flatMap { try? JSON(parsing: $0) } ?? [:]
    request = Request()
  }

  /// The declared parameters that the payload has.
  public var params: JSON {
    guard let members = payload.object else { return [:] }
    return .object(
      members.filter { name, _ in
        let letters = name.unicodeScalars.map { scalar -> Character in
          let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
          return isPlain ? Character(scalar) : "_"
        }
        return Self.variable("PARAM_" + String(letters).uppercased()) != nil
      })
  }

  public var runID: String { Self.variable("GRAPNEL_RUN_ID") ?? "" }
  public var hook: String { Self.variable("GRAPNEL_HOOK") ?? "" }
  public var instance: String { Self.variable("GRAPNEL_INSTANCE") ?? "" }
  public var cause: String { Self.variable("GRAPNEL_CAUSE") ?? "" }

  /// A variable of the environment.
  public func env(_ name: String) -> String? { Self.variable(name) }

  /// Sets the status, and adds headers, of the answer.
  public func respond(status: Int? = nil, headers: KeyValuePairs<String, String> = [:]) {
    var head: [String: JSON] = ["type": "head"]
    if let status { head["status"] = .int(status) }
    if !headers.isEmpty { head["headers"] = Self.pairs(headers) }
    Self.send(.object(head))
  }

  /// Adds one header to the answer.
  public func header(_ name: String, _ value: String) { respond(headers: [name: value]) }

  /// Sends the head and what was printed so far.
  public func flush() {
    Self.send(["type": "flush"])
    fflush(nil)
  }

  /// Sends trailers after the body.
  public func trailers(_ fields: KeyValuePairs<String, String>) {
    Self.send(["type": "trailers", "headers": Self.pairs(fields)])
  }

  /// Sets the structured result of the run; the answer's body too, if nothing is printed.
  public func result(_ value: JSON) { Self.send(["type": "result", "value": value]) }

  /// Reads the request's body: as many bytes as are there, at most `count`; empty at its end.
  public func read(atMost count: Int = 64 << 10) -> [UInt8] { Descriptor.read(0, atMost: count) }

  /// The rest of the request's body.
  public func body() -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = read()
      if part.isEmpty { return bytes }
      bytes += part
    }
  }

  /// Writes bytes to the answer's body, after what was printed.
  public func write(_ bytes: some Collection<UInt8>) {
    fflush(nil)
    Descriptor.write(bytes, to: 1)
  }

  /// Runs another hook of the instance and waits for its reply. hook.yaml must declare the scope.
  ///
  /// - Throws: `CallError` if the host refuses.
  public func call(_ hook: String, _ payload: JSON = .null) throws(CallError) -> Reply {
    let text = JSON.object(
      ["id": 1, "method": "hooks.run", "params": ["hook": .string(hook), "payload": payload]]
    ).serialized
    guard text.utf8.count <= Self.longestFrame else {
      throw CallError(code: "too_large", message: "the call has \(text.utf8.count) bytes")
    }
    Descriptor.write(Array("\(text.utf8.count):\(text),".utf8), to: 4)
    guard let frame = Descriptor.readFrame(4), let answer = try? JSON(parsing: frame) else {
      throw CallError(code: "unavailable", message: "the host closed its channel")
    }
    if let code = answer.error.code.string {
      throw CallError(code: code, message: answer.error.message.string ?? "")
    }
    return Reply(answer.result)
  }

  // MARK: - The host

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func readPayload() -> JSON {
    if let text = variable("HOOK_PAYLOAD") { return (try? JSON(parsing: text)) ?? .null }
    guard let descriptor = variable("GRAPNEL_PAYLOAD_FD").flatMap({ Int32($0) }) else { return .null }
    lseek(descriptor, 0, SEEK_SET)
    var bytes: [UInt8] = []
    while true {
      let part = Descriptor.read(descriptor, atMost: 1 << 20)
      if part.isEmpty { return (try? JSON(parsing: bytes)) ?? .null }
      bytes += part
    }
  }

  private static func pairs(_ fields: KeyValuePairs<String, String>) -> JSON {
    .array(fields.map { .array([.string($0.key), .string($0.value)]) })
  }

  /// Sends a control frame, after what was printed before.
  static func send(_ frame: JSON) {
    fflush(nil)
    let text = frame.serialized
    Descriptor.write(Array("\(text.utf8.count):\(text),".utf8), to: 3)
  }
}

/// What this run knows, and how it answers.
public let hook = Hook()
