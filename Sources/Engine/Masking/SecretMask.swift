import Model

/// Puts `***` in the place of the secrets of one run, in all that is kept or shown of it. What its caller is answered is
/// the hook's own business.
///
/// Found are a secret as it is, its base 64 (both alphabets, padded or not, wrapped, and inside of something longer), its
/// percent-encoding, its escapes in JSON, and each line of one with several lines. What a hook makes of it beyond that
/// (a hash, the letters in reverse) is not recognised.
struct SecretMask: Sendable {
  private let automaton: SecretAutomaton

  /// - Returns: `nil` if there is nothing to mask.
  init?(_ secrets: some Collection<String>) {
    guard !secrets.isEmpty else { return nil }
    automaton = SecretAutomaton(secrets.reduce(into: Set()) { $0.formUnion(SecretForms.of($1)) })
  }

  /// For a text that comes in chunks.
  func stream() -> MaskStream { MaskStream(automaton) }

  /// - Parameter isCut: whether the text goes on where nobody sees it.
  func mask(_ text: String, isCut: Bool = false) -> String {
    var stream = stream()
    let bytes = Array(text.utf8)
    let masked = stream.append(bytes) + stream.finish(isCut: isCut)
    return masked == bytes ? text : String(decoding: masked, as: UTF8.self)
  }

  /// Masks texts, names of members, and numbers that hold a secret's digits.
  func mask(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool: return value
    case .int, .double:
      let text = value.serialized
      let masked = mask(text)
      return masked == text ? value : .string(masked)
    case .string(let text): return .string(mask(text))
    case .array(let elements): return .array(elements.map { mask($0) })
    case .object(let members):
      return .object(Dictionary(members.map { (mask($0.key), mask($0.value)) }) { first, _ in first })
    }
  }

  func mask(_ failure: RunFailure) -> RunFailure {
    RunFailure(
      reason: failure.reason, message: mask(failure.message), setting: failure.setting,
      exception: failure.exception.map { mask($0) }, traceback: failure.traceback.map { mask($0) })
  }

  func mask(_ response: RunResponse) -> RunResponse {
    let field = { (field: HeaderField) in HeaderField(name: mask(field.name), value: mask(field.value)) }
    return RunResponse(
      status: response.status, headers: response.headers.map(field), trailers: response.trailers.map(field))
  }
}
