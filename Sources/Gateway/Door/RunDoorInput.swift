import Engine
import Model

/// What a request gives its hook.
struct RunDoorInput: Sendable {
  let payload: JSONValue
  /// The members of `payload` that came as text.
  let textMembers: Set<String>
  let input: RunInput
  let isAsynchronous: Bool
  /// The query without the parameters that are the server's.
  let query: String

  /// The payload is the query's parameters. The members of a JSON object and the fields of a form come over them, any
  /// other JSON value takes their place, and other bodies leave them and go to standard input unread.
  ///
  /// A body that calls itself a form, and is longer than `bufferedBodyLimit` or of unknown length, is taken for what
  /// it most likely is: data whose sender (as curl's `--data-binary`) named no type.
  ///
  /// - Parameter body: the body, if it has been read already.
  /// - Throws: `Problem` `invalid` for a query or JSON text that is none, `tooLarge` for a body that is larger than is
  ///   taken, or has to be read whole and is larger than `bufferedBodyLimit`.
  init(_ exchange: Exchange, hook: Hook, body: [UInt8]? = nil, bufferedBodyLimit: Int) async throws {
    try exchange.body.checkDeclaredLength()
    var form = try FormText(exchange.target.query.utf8)
    isAsynchronous = try Self.wantsAsynchronous(&form) || Self.prefersAsynchronous(exchange)
    query = form.raw
    let arrays = Self.arrays(hook.version.definition.parameters)
    var members = form.members(arrays: arrays)
    var texts = Set(members.keys)

    let isJSON = exchange.mediaType.map { $0 == "application/json" || $0.hasSuffix("+json") } ?? false
    let isForm =
      exchange.mediaType == "application/x-www-form-urlencoded"
      && exchange.body.declaredLength.map { $0 <= Int64(bufferedBodyLimit) } ?? false
    guard exchange.body.exists, isJSON || isForm || isAsynchronous || body != nil else {
      payload = .object(members)
      textMembers = texts
      input = exchange.body.exists ? Self.stream(exchange.body) : .bytes([])
      return
    }
    let bytes = if let body { body } else { try await exchange.body.collect(atMost: bufferedBodyLimit) }
    input = .bytes(bytes)
    if isForm {
      // Text that is no form is data as well.
      for (name, value) in (try? FormText(bytes).members(arrays: arrays)) ?? [:] {
        members[name] = value
        texts.insert(name)
      }
    } else if isJSON, !bytes.isEmpty {
      let value: JSONValue
      do {
        value = try JSONValue(parsing: bytes)
      } catch var problem as Problem {
        problem.field = "body"
        throw problem
      }
      guard case .object(let sent) = value else {
        payload = value
        textMembers = []
        return
      }
      members.merge(sent) { _, sent in sent }
      texts.subtract(sent.keys)
    }
    payload = .object(members)
    textMembers = texts
  }

  private static func stream(_ body: RequestBodyReader) -> RunInput {
    .stream(RunInputStream { try await body.next() }, length: body.declaredLength)
  }

  private static func wantsAsynchronous(_ form: inout FormText) throws -> Bool {
    switch form.take("_async").last {
    case nil, "0", "false": return false
    case "1", "true", "": return true
    default: throw Problem(.invalid, "the parameter cannot be read", field: "_async", rule: "0 or 1")
    }
  }

  /// `Prefer: respond-async` (RFC 7240).
  private static func prefersAsynchronous(_ exchange: Exchange) -> Bool {
    guard let prefer = exchange.header("prefer") else { return false }
    return prefer.split(separator: ",").contains { preference in
      preference.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() == "respond-async"
    }
  }

  /// The parameters that the hook declares as arrays.
  private static func arrays(_ schema: JSONValue?) -> Set<String> {
    guard let properties = schema?["properties"]?.objectValue else { return [] }
    return Set(properties.filter { $0.value["type"] == "array" }.keys)
  }
}
