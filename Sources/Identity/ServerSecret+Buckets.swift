import Crypto
import Foundation

extension ServerSecret {
  /// The name of the bucket that `user`, such as `account:ada`, has without making it: it has the form of a UUID, and
  /// nobody can work it out who does not know the secret.
  public func personalBucket(of user: String) -> String {
    let message = Data("grapnel bucket\0\(user)".utf8)
    let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: bytes))
    var text = ""
    for (index, byte) in Array(code).prefix(16).enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16)
    }
    return text
  }
}
