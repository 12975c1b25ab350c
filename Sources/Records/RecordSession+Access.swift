import Store

extension RecordSession {
  /// Follows an address as far as it leads.
  func locate(_ target: DataTarget) throws -> DataPlace {
    var place = DataPlace(target: target)
    switch target.kind {
    case .bucket, .account: break
    case .group, .recordClass:
      place.bucket = try find(.bucket, target.bucket, in: 0)
    case .record:
      place.bucket = try find(.bucket, target.bucket, in: 0)
      if let bucket = place.bucket { place.recordClass = try find(.recordClass, target.recordClass, in: bucket.row) }
    }
    if let parent = place.parent { place.object = try find(target.kind, target.name, in: parent) }
    let rows = [place.bucket?.row, place.recordClass?.row, place.object?.row].compactMap { $0 }
    guard !rows.isEmpty else { return place }
    let given = try snapshot.grants(to: principals, on: rows)
    if let bucket = place.bucket { place.givenByBucket = given[bucket.row] ?? [] }
    if let recordClass = place.recordClass { place.givenByClass = given[recordClass.row] ?? [] }
    if let object = place.object { place.givenByObject = given[object.row] ?? [] }
    if let instance = requester.instance {
      if let bucket = place.bucket, try snapshot.instance(of: bucket.row) == instance {
        place.givenByBucket.formUnion(requester.instancePermissions)
      }
      if let object = place.object, target.kind == .bucket, try snapshot.instance(of: object.row) == instance {
        place.givenByObject.formUnion(requester.instancePermissions)
      }
    }
    return place
  }

  private func find(_ kind: DataKind, _ name: String?, in parent: Int64) throws -> StoredObject? {
    guard let name, let object = try snapshot.object(kind, name, in: parent), !object.isDeleted else { return nil }
    return object
  }

  /// Whether the requester may do what is needed there.
  func may(_ need: DataNeed, _ place: DataPlace) -> Bool {
    if place.target.kind == .record, let scope = requester.scope, let name = place.target.recordClass,
      !scope.admits(need, name)
    {
      return false
    }
    return hasRight(need, place.target.kind) || place.satisfies(need)
  }

  func hasRight(_ need: DataNeed, _ kind: DataKind) -> Bool {
    guard let rights = DataNeed.rights[kind]?[need] else { return false }
    return !rights.isDisjoint(with: requester.rights)
  }

  func demand(_ need: DataNeed, _ place: DataPlace) throws {
    guard may(need, place) else { throw denied }
  }

  /// Why somebody who may not is refused.
  var denied: DataRefusal { requester.user == nil ? .unauthenticated : .forbidden }

  /// What lies above must be there. Who may know that it is not is told; for everybody else it is as if it were there,
  /// and they may not.
  ///
  /// - Returns: the row of what the object lies in.
  func demandParent(_ place: DataPlace) throws -> Int64 {
    if let parent = place.parent { return parent }
    guard place.bucket != nil else {
      // Nobody has a right by an access list that is not there.
      guard hasRight(.read, .bucket) else { throw denied }
      throw place.target.kind == .record
        ? DataRefusal.parentNotFound(.recordClass, place.target.recordClass ?? "")
        : DataRefusal.parentNotFound(.bucket, place.target.bucket ?? "")
    }
    let seesBucket = !place.givenByBucket.isDisjoint(with: DataPermission.given(by: .bucket))
    guard seesBucket || hasRight(.read, .recordClass) else { throw denied }
    throw DataRefusal.parentNotFound(.recordClass, place.target.recordClass ?? "")
  }

  /// Faults that were found before are told only now, to somebody who may do what they ask for.
  func demandValid(_ request: DataRequest) throws {
    guard request.faults.isEmpty else { throw DataRefusal.invalid(request.faults) }
  }

  func demandName(_ name: String, of kind: DataKind) throws {
    guard ObjectName.isValid(name, of: kind) else {
      throw DataRefusal.invalid([DataFault(.path, nil, "Invalid object id")])
    }
  }

  /// An object's access lists, for somebody who is named in its list of those who may write, or may write by a right
  /// that comes from elsewhere than access lists; empty for everybody else.
  func shownLists(of object: StoredObject, given: Set<DataPermission>) throws -> AccessLists {
    guard given.contains(.write) || hasRight(.write, object.kind) else { return [:] }
    return try snapshot.accessLists(of: object.row)
  }
}
