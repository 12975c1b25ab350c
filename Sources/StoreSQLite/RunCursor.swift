import Model

/// Where a page of runs ended. Callers see opaque text, and what they send back is checked.
struct RunCursor: Equatable {
  let queuedAt: Timestamp
  let serial: Int64

  init(after run: Run) {
    self.init(queuedAt: run.queuedAt, serial: run.serial)
  }

  /// For lists of runs by another time than that of their queueing.
  init(queuedAt: Timestamp, serial: Int64) {
    self.queuedAt = queuedAt
    self.serial = serial
  }

  /// - Throws: `Problem` `invalid` with field `cursor` for anything but what `text` makes.
  init(_ text: String) throws {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count <= 64, parts.count == 3, parts[0] == "r1", let time = UInt64(parts[1], radix: 36),
      let serial = UInt64(parts[2], radix: 36)
    else { throw Self.refusal }
    queuedAt = Timestamp(microseconds: Int64(bitPattern: time))
    self.serial = Int64(bitPattern: serial)
    guard self.text == text else { throw Self.refusal }
  }

  /// Only characters that a URL carries as they are.
  var text: String {
    let time = String(UInt64(bitPattern: queuedAt.microseconds), radix: 36)
    return "r1-\(time)-\(String(UInt64(bitPattern: serial), radix: 36))"
  }

  private static let refusal = Problem(
    .invalid, "the cursor cannot be used", field: "cursor", rule: "as the page before returned it")
}
