import Crypto
import CryptoExtras
import Foundation
import Model

/// What is stored of a password: `$scrypt$ln=15,r=8,p=1$SALT$HASH`, salt and hash in base64 without padding.
struct PasswordProof: Hashable, Sendable {
  static let saltLength = 16
  static let hashLength = 32

  let cost: PasswordCost
  let salt: [UInt8]
  let hash: [UInt8]

  /// A proof of `password` with a new salt.
  init(of password: String, cost: PasswordCost) throws {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<Self.saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    self.cost = cost
    self.salt = salt
    hash = try Self.derive(password, salt, cost)
  }

  /// Reads what `text` wrote; `nil` for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let numbers = parts[2].wholeMatch(of: /ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})/)?.output,
      let logRounds = Int(numbers.1), let blockSize = Int(numbers.2), let parallelism = Int(numbers.3),
      let salt = Data(base64Encoded: Self.padded(parts[3])), let hash = Data(base64Encoded: Self.padded(parts[4])),
      hash.count == Self.hashLength
    else { return nil }
    cost = PasswordCost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
    guard cost.isBearable else { return nil }
    self.salt = Array(salt)
    self.hash = Array(hash)
  }

  var text: String {
    "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Self.base64(salt))$\(Self.base64(hash))"
  }

  func isProof(of password: String) throws -> Bool {
    let derived = try Self.derive(password, salt, cost)
    return zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func derive(_ password: String, _ salt: [UInt8], _ cost: PasswordCost) throws -> [UInt8] {
    let key = try KDF.Scrypt.deriveKey(
      from: Array(password.utf8), salt: salt, outputByteCount: hashLength, rounds: 1 << cost.logRounds,
      blockSize: cost.blockSize, parallelism: cost.parallelism)
    return key.withUnsafeBytes { Array($0) }
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("=", with: "")
  }

  private static func padded(_ text: Substring) -> String {
    text + String(repeating: "=", count: (4 - text.count % 4) % 4)
  }
}
