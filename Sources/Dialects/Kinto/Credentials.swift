import Crypto
import Doors
import HTTPTypes
import Identity
import Model
import Records

/// Finds out who sends a request. Whoever shows nothing that works is nobody in particular, and is not told why.
struct Credentials: Sendable {
  let service: RecordService
  let accounts: any AccountProving
  let keys: KeyRing
  let basicAuthSecret: [UInt8]?
  let caller: any DoorCaller

  /// Bytes of the header that are looked at.
  private static let most = 4096

  /// - Throws: `Problem` `tooMany` when too many wrong credentials came from there.
  func requester(_ headers: HTTPFields) async throws -> Requester {
    guard let text = headers[.authorization], text.utf8.count <= Self.most else { return service.anonymous }
    let scheme = text.prefix { $0 != " " }
    let rest = text.dropFirst(scheme.count).drop { $0 == " " }
    let found: Requester?
    switch scheme.lowercased() {
    case "basic":
      guard let (name, password) = Self.nameAndPassword(rest) else { return service.anonymous }
      try caller.checkFailures()
      found = try await holder(of: name, password)
    case "bearer":
      guard !rest.isEmpty else { return service.anonymous }
      try caller.checkFailures()
      let key = try await keys.authenticate(String(rest))?.key
      if let key { try caller.enter(key: key.id.text) }
      found = key.map { service.requester(of: $0) }
    default: return service.anonymous
    }
    guard let found else {
      caller.noteFailure()
      return service.anonymous
    }
    return found
  }

  private func holder(of name: String, _ password: String) async throws -> Requester? {
    if try await accounts.proves(name: name, password: password) { return service.requester(named: "account:\(name)") }
    return basicAuthSecret.map { service.requester(named: Self.user(name, password, secret: $0)) }
  }

  /// Whom any name and password stand for where no account is needed.
  static func user(_ name: String, _ password: String, secret: [UInt8]) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Array("\(name):\(password)".utf8), using: SymmetricKey(data: secret))
    let hex = Array("0123456789abcdef".utf8)
    let digits = code.flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }
    return "basicauth:" + String(decoding: digits, as: UTF8.self)
  }

  static func nameAndPassword(_ text: Substring) -> (String, String)? {
    guard let bytes = Base64Text.decode(text.utf8), let decoded = String(validating: bytes, as: UTF8.self),
      let colon = decoded.utf8.firstIndex(of: UInt8(ascii: ":")), colon != decoded.startIndex
    else { return nil }
    let (name, password) = (String(decoded[..<colon]), String(decoded[decoded.utf8.index(after: colon)...]))
    return name.utf8.contains(0) ? nil : (name, password)
  }
}
