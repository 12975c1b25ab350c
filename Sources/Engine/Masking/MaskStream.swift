/// Masks secrets in a text that comes in chunks of any size: what may be the beginning of a secret is held back until
/// it is known. The result does not depend on where the chunks begin.
struct MaskStream {
  private static let stars = Array("***".utf8)

  private var lanes: [MaskLane]
  /// What has not been given out, from `offset` on.
  private var held: [UInt8] = []
  private var offset = 0
  /// The end of the secret that was masked last: what follows it is shown again.
  private var maskedEnd = 0

  init(_ automaton: SecretAutomaton) {
    lanes = [MaskLane(.plain, automaton), MaskLane(.percent, automaton), MaskLane(.json, automaton)]
  }

  /// - Returns: what can be shown now.
  mutating func append(_ chunk: [UInt8]) -> [UInt8] {
    let position = offset + held.count
    held += chunk
    let end = offset + held.count
    var limit = end
    for index in lanes.indices {
      lanes[index].read(chunk, at: position)
      limit = min(limit, lanes[index].pendingStart(end: end))
    }
    return give(before: limit)
  }

  /// - Parameter isCut: whether there was more, so that what looks like the beginning of a secret is taken for one.
  /// - Returns: the rest.
  mutating func finish(isCut: Bool = false) -> [UInt8] {
    let end = offset + held.count
    var limit = end
    for index in lanes.indices {
      lanes[index].finish()
      if isCut { limit = min(limit, lanes[index].pendingStart(end: end)) }
    }
    let shown = give(before: limit)
    guard limit < end else { return shown }
    defer { (held, offset, maskedEnd) = ([], end, end) }
    return limit < maskedEnd ? shown : shown + Self.stars
  }

  /// Gives out what comes before `limit`; every secret that begins before it is known.
  private mutating func give(before limit: Int) -> [UInt8] {
    var secrets: [Range<Int>] = []
    for index in lanes.indices { secrets += lanes[index].take(before: limit) }
    secrets.sort { $0.lowerBound < $1.lowerBound }
    var shown: [UInt8] = []
    var position = offset
    for secret in secrets {
      // Secrets that overlap are one.
      if secret.lowerBound >= maskedEnd {
        show(from: position, to: secret.lowerBound, in: &shown)
        shown += Self.stars
      }
      maskedEnd = max(maskedEnd, secret.upperBound)
      position = max(position, min(limit, maskedEnd))
    }
    show(from: position, to: limit, in: &shown)
    held.removeFirst(limit - offset)
    offset = limit
    return shown
  }

  private func show(from start: Int, to end: Int, in shown: inout [UInt8]) {
    let start = max(start, maskedEnd)
    if start < end { shown += held[(start - offset)..<(end - offset)] }
  }
}
