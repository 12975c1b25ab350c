/// How much work a password's proof is: scrypt (RFC 7914) with these numbers takes `128 * 2^logRounds * blockSize` bytes
/// of memory while it is worked out.
struct PasswordCost: Hashable, Sendable {
  /// 32 MiB, and about a tenth of a second.
  static let standard = PasswordCost(logRounds: 15, blockSize: 8, parallelism: 1)

  var logRounds: Int
  var blockSize: Int
  var parallelism: Int

  /// Whether a proof with these numbers is worked out at all: a damaged one must not take the machine's memory.
  var isBearable: Bool {
    (1...18).contains(logRounds) && (1...16).contains(blockSize) && (1...16).contains(parallelism)
  }
}
