public import Model

/// Makes the environment of a run. What a caller sends can only choose values here, never names.
public enum RunEnvironment {
  /// The most bytes of payload that travel in a variable; a longer one goes by descriptor 5.
  public static let longestPayload = 96 << 10
  /// Linux takes no longer variable, its name included (MAX_ARG_STRLEN).
  private static let variableLimit = (128 << 10) - 2
  /// Half of what Linux takes for arguments and environment together with a stack limit of 8 MiB.
  private static let totalLimit = 1 << 20

  /// - Parameters:
  ///   - schedule: The name of the schedule that the cause names.
  ///   - payload: The payload's JSON text; if it is longer than `longestPayload`, the run must be given it on descriptor 5.
  ///   - variables: Those of the instance, the hook and its definition, merged; its secrets too.
  ///   - config: Of the instance and the hook, merged.
  ///   - contentLength: The bytes of the request's body, if they are known.
  ///   - fixed: The variables of the runtime.
  /// - Throws: `Problem` with code `invalid` for a variable that a hook must not set, `tooLarge` for what does not fit.
  public static func make(
    run: ID<Run>, hook: String?, instance: String, cause: RunCause, schedule: String? = nil, definition: HookDefinition,
    variables own: [String: String], payload: JSONValue, payloadText: [UInt8], config: JSONValue, request: RunRequest?,
    contentLength: Int64?, traceparent: String?,
    fixed: [String: String]
  ) throws -> [String: String] {
    var variables = fixed
    variables["PATH"] = "/usr/local/bin:/usr/bin:/bin"
    variables["HOME"] = "/tmp"
    variables["TMPDIR"] = "/tmp"
    // The encoding alone: for what else LANG says, programs read a dozen files of the C library at every start.
    if own["LANG"] == nil, own["LC_ALL"] == nil { variables["LC_CTYPE"] = "C.UTF-8" }
    for (name, value) in own {
      try validate(name, value)
      variables[name] = value
    }
    variables["GRAPNEL_RUN_ID"] = run.text
    variables["GRAPNEL_HOOK"] = hook ?? ""
    variables["GRAPNEL_INSTANCE"] = instance
    variables["GRAPNEL_CAUSE"] = cause.kind.rawValue
    variables["GRAPNEL_SCHEDULE"] = schedule
    variables["GRAPNEL_SLOT"] = cause.slot?.rfc3339
    variables["GRAPNEL_ENTRY"] = "/hook/\(definition.entry)"
    if definition.layers?.dependencies != nil { variables["GRAPNEL_DEPENDENCIES"] = "/dependencies" }
    variables["GRAPNEL_CONTROL_FD"] = "3"
    variables["GRAPNEL_HOST_FD"] = "4"
    if payloadText.count <= longestPayload {
      variables["HOOK_PAYLOAD"] = String(decoding: payloadText, as: UTF8.self)
    } else {
      variables["GRAPNEL_PAYLOAD_FD"] = "5"
    }
    let configText = config.serializedBytes
    guard configText.count <= EnvironmentRule.maximumConfig else {
      throw Problem(
        .tooLarge, "the config has \(configText.count) bytes", field: "config",
        rule: "at most \(EnvironmentRule.maximumConfig)", hint: "put large data into files of the hook")
    }
    variables["HOOK_CONFIG"] = String(decoding: configText, as: UTF8.self)
    addParameters(of: definition, payload, to: &variables)
    if let request { try add(request, contentLength: contentLength, to: &variables) }
    variables["TRACEPARENT"] = traceparent ?? request?.traceparent
    try checkSize(variables)
    return variables
  }

  /// `PARAM_<NAME>` for each declared parameter that the payload has. One that no variable can hold, because it is too
  /// long or has a NUL inside, is left out: the payload still has it.
  private static func addParameters(
    of definition: HookDefinition, _ payload: JSONValue, to variables: inout [String: String]
  ) {
    guard let declared = definition.parameters?["properties"]?.objectValue, let members = payload.objectValue else {
      return
    }
    for name in declared.keys.sorted() {
      guard let value = members[name] else { continue }
      let variable = "PARAM_" + variableName(name)
      let text = value.stringValue ?? value.serialized
      guard variables[variable] == nil, text.utf8.count <= longestPayload, !text.utf8.contains(0) else { continue }
      variables[variable] = text
    }
  }

  /// Upper case, with `_` for every other character than `A-Z` and `0-9`.
  private static func variableName(_ name: String) -> String {
    String(
      name.unicodeScalars.map { scalar -> Character in
        switch scalar {
        case "a"..."z": Character(Unicode.Scalar(UInt8(scalar.value - 32)))
        case "A"..."Z", "0"..."9": Character(scalar)
        default: "_"
        }
      })
  }

  private static func add(
    _ request: RunRequest, contentLength: Int64?, to variables: inout [String: String]
  ) throws {
    variables["REQUEST_METHOD"] = request.method
    variables["QUERY_STRING"] = request.query
    variables["PATH_INFO"] = request.path
    variables["CONTENT_TYPE"] = request.contentType
    variables["CONTENT_LENGTH"] = contentLength.map { String($0) }
    variables["REMOTE_ADDR"] = request.remoteAddress
    for (name, value) in request.headers where isShown(name) {
      variables["HTTP_" + variableName(name)] = value
    }
    for name in ["QUERY_STRING", "PATH_INFO", "CONTENT_TYPE"] where variables[name]?.utf8.contains(0) == true {
      throw Problem(.invalid, "the request has a NUL character", field: name)
    }
  }

  /// Whether a run may see the header: no credentials, nothing that has a variable of its own, no name that another
  /// one could be mistaken for.
  private static func isShown(_ header: String) -> Bool {
    let name = header.lowercased()
    guard name.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }), !name.isEmpty else { return false }
    return !["content-type", "content-length"].contains(name) && !HeaderField.mayBeCredential(name)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func validate(_ name: String, _ value: String) throws {
    if let rule = EnvironmentRule.objection(to: name) {
      throw Problem(
        .invalid, "a hook cannot set the variable \(name.debugDescription.prefix(80))", field: "env", rule: rule)
    }
    guard !value.utf8.contains(0) else {
      throw Problem(.invalid, "the value has a NUL character", field: "env.\(name)")
    }
  }

  private static func checkSize(_ variables: [String: String]) throws {
    var total = 0
    for (name, value) in variables {
      let size = name.utf8.count + value.utf8.count + 2
      guard size <= variableLimit else {
        throw Problem(
          .tooLarge, "the variable \(name) has \(size) bytes", field: name, rule: "at most \(variableLimit)")
      }
      // The kernel also counts the pointer to it.
      total += size + 8
    }
    guard total <= totalLimit else {
      throw Problem(
        .tooLarge, "the environment of the run has \(total) bytes", rule: "at most \(totalLimit)",
        hint: "send less in headers and declared parameters; the body has its own, larger bound")
    }
  }
}
