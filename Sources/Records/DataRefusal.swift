public import Store

/// Why a request was not carried out. Nothing was changed by it.
public enum DataRefusal: Error, Hashable, Sendable {
  /// Not without credentials.
  case unauthenticated
  /// Not with these.
  case forbidden
  case notFound(DataKind, String)
  /// What the object would lie in is not there.
  case parentNotFound(DataKind, String)
  /// The reader has it as it is.
  ///
  /// - Parameter version: what tells the answer apart from others, where that is not the moment.
  case unchanged(timestamp: Int64, version: Int64? = nil)
  /// It is not as the request says; with the object, where there is one.
  case preconditionFailed(timestamp: Int64, existing: StoredObject?)
  /// In the order in which they were found.
  case invalid([DataFault])
  /// The state of things does not admit it.
  case conflict(String)
  /// A hook refuses it.
  case declined(Decline)
  /// The state of things, or the request itself, does not admit it; with all places that do not go together.
  case conflicting([DataFault])
  /// Another record has a value that no two may have. Neither the field nor the record is named to whoever may not know
  /// them.
  case taken(field: String?, by: String?)
}
