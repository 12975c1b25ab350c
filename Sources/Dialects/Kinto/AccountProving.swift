public import Identity

/// Whoever knows the passwords of accounts.
public protocol AccountProving: Sendable {
  /// Whether there is an account of that name, and that is its password.
  ///
  /// - Throws: `Problem` `tooMany` when too much is to be proven at once.
  func proves(name: String, password: String) async throws -> Bool

  /// What an account keeps instead of its password.
  ///
  /// - Throws: `Problem` `invalid` for what cannot be one, `tooMany` as above.
  func hash(_ password: String) async throws -> String
}

extension Accounts: AccountProving {}
