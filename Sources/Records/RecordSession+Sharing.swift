public import Store

extension RecordSession {
  /// The objects on which one of the requester's principals is named, with all that this allows on them.
  ///
  /// - Parameters:
  ///   - row: where the part before ended; 0 begins.
  ///   - limit: 1 to `RecordConfiguration.objectsMax`.
  /// - Returns: also where the next part begins; `nil` if this is the last.
  public func shared(after row: Int64 = 0, limit: Int) throws -> (objects: [SharedObject], next: Int64?) {
    let limit = min(max(limit, 1), RecordConfiguration.objectsMax)
    let found = try snapshot.shared(with: principals, after: row, limit: limit)
    let objects = found.map { entry in
      var object = entry.object
      if object.permissions.contains(.write) { object.permissions = Set(DataPermission.given(by: object.kind)) }
      return object
    }
    return (objects, found.count == limit ? found.last?.row : nil)
  }

  /// Deletes everything, accounts included, if the configuration lets everybody do that.
  public func flush() throws {
    guard configuration.mayBeFlushed else { throw DataRefusal.forbidden }
    guard !configuration.isReadOnly else { throw Self.readOnly }
    try writing().flush()
    state.principals = nil
    state.forgetClasses()
    state.changedAccounts.append(nil)
  }
}
