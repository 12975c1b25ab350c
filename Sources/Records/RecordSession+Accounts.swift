import Store

extension RecordSession {
  /// Accounts are each their owner's: nobody else but who may change all accounts has to do with one. Said of every name
  /// alike, so that it does not tell which accounts there are.
  func demandOwnAccount(_ name: String?, _ place: DataPlace) throws {
    guard let user = requester.user, let name, user != Self.user(ofAccount: name) else { return }
    guard requester.rights.isDisjoint(with: [.readAccounts, .writeAccounts]) else { return }
    guard may(.create, place) || user.hasPrefix(Self.accountPrefix) else { throw denied }
    throw DataRefusal.invalid([DataFault(.body, nil, "Username and account ID do not match.")])
  }

  /// What an account is called in access lists.
  static func user(ofAccount name: String) -> String { accountPrefix + name }

  private static let accountPrefix = "account:"
}
