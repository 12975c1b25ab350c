import Store

/// What a session remembers between its requests.
final class SessionState {
  /// Whom the requester stands for, until a change of groups or access lists may have changed it.
  var principals: PrincipalSet?
  /// Those whose credentials are not what they were; `nil` stands for all.
  var changedAccounts: [String?] = []
}
