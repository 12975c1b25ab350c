import Store

/// What a session remembers between its requests.
final class SessionState {
  /// Whom the requester stands for, until a change of groups or access lists may have changed it.
  var principals: PrincipalSet? {
    didSet { if principals == nil { places = [:] } }
  }
  /// Those whose credentials are not what they were; `nil` stands for all.
  var changedAccounts: [String?] = []
  /// Classes by their rows, as they are now.
  var models: [Int64: ClassModel] = [:]
  /// Where the records of classes are, by the rows of these.
  var places: [Int64: DataPlace] = [:]

  /// Forgets what a change of classes or rights may have made untrue.
  func forgetClasses() {
    models = [:]
    places = [:]
  }
}
