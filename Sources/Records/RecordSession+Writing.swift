import Model
import Store

extension RecordSession {
  func put(_ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    let name = request.target.name ?? ""
    if request.target.kind == .account { try demandOwnAccount(name, place) }
    if request.target.kind == .record { _ = try demandParent(place) }
    if request.content.isSeveral { throw Self.unfit }
    guard let object = place.object else {
      try demandCreatable(name, place, request)
      return try create(name, place, request)
    }
    // Whoever says that it must not be there wants to create: a mere writer is not told that it is.
    try demand(request.precondition == .isAbsent ? .create : .write, place)
    try demandValid(request)
    try demand(request.precondition, of: object, at: place)
    if request.selection.asked["mode"] == "recreate", try linkedModel(place) != nil {
      return try recreate(request, object, place)
    }
    return try store(request, place, in: object)
  }

  func add(_ request: DataRequest) throws -> DataAnswer {
    if case .several(let elements) = request.content { return try addSeveral(elements, request) }
    var target = request.target
    var given = request.content.wholeData?["id"]
    // Of a class that may be the type of its records' ids.
    if target.kind == .recordClass, case .object? = given { given = nil }
    target.name = given?.stringValue
    // Of a class with numbers the id may be one.
    if target.kind == .record, let number = given?.intValue,
      try rules(at: locate(target))?.definition.identifiers == .integer
    {
      target.name = String(number)
      given = target.name.map { .string($0) }
    }
    let place = try locate(target)
    if target.kind == .account { try demandOwnAccount(target.name, place) }
    if target.kind == .record { _ = try demandParent(place) }
    if let object = place.object {
      try demand(.read, place)
      try demandValid(request)
      try demand(request.precondition, of: object, at: place)
      return DataAnswer(
        .object(try shown(object, at: place), lists: try shownLists(of: object, given: place.givenByObject)),
        timestamp: object.modified)
    }
    var request = request
    if let given, given.stringValue == nil {
      request.faults.append(DataFault(.body, "data.id", "\(given.serialized) is not a string"))
    }
    if given == nil, target.kind == .account { request.faults.append(DataFault(.body, "data.id", "Required")) }
    if let name = target.name { try demandCreatable(name, place, request) }
    return try create(target.name, place, request)
  }

  func change(_ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    if request.target.kind == .account { try demandOwnAccount(request.target.name, place) }
    if request.target.kind == .record { _ = try demandParent(place) }
    let object = try demandObject(place, need: .write, request)
    try demand(request.precondition, of: object, at: place)
    return try store(request, place, in: object)
  }

  /// Numbers of records are given by the store alone: one that is not there is not made.
  private func demandCreatable(_ name: String, _ place: DataPlace, _ request: DataRequest) throws {
    guard try rules(at: place)?.definition.identifiers == .integer else { return }
    try demand(.create, place)
    try demandValid(request)
    guard request.action == .add else { throw DataRefusal.notFound(.record, name) }
    throw DataRefusal.invalid([DataFault(.body, "data.id", "the class gives its records their numbers; leave it out")])
  }

  /// Makes an object that is not there.
  ///
  /// - Parameter given: its name; `nil` if it gets a new one.
  func create(_ given: String?, _ place: DataPlace, _ request: DataRequest) throws -> DataAnswer {
    let kind = place.target.kind
    try demand(.create, place)
    try demandValid(request)
    let parent = try demandParent(place)
    let name = try given ?? newName(place, in: parent)
    try demandName(name, of: kind)
    switch request.precondition {
    case .isAt, .exists:
      // What is not there has not changed; the list says since when.
      let timestamp = try snapshot.timestamp(of: kind, in: parent) ?? now
      throw DataRefusal.preconditionFailed(timestamp: timestamp, existing: nil)
    case nil, .isAbsent, .isNotAt: break
    }
    if let model = try linkedModel(place) { return try writeLinked(request, name, nil, place, model) }
    let draft = try ObjectDraft(request, name: name, place, current: nil, in: self)
    return try insert(draft, name, place, in: parent)
  }

  func newName(_ place: DataPlace, in parent: Int64) throws -> String {
    guard try rules(at: place)?.definition.identifiers == .integer else {
      return reviews.name { ObjectName.make(place.target.kind) }
    }
    return String(try writing().nextNumber(of: parent))
  }

  func insert(_ draft: ObjectDraft, _ name: String, _ place: DataPlace, in parent: Int64) throws -> DataAnswer {
    let (object, lists) = try write(draft, name, place, in: parent)
    return DataAnswer(
      .object(try shown(object, at: place), lists: try shown(lists, of: object)), timestamp: object.modified,
      isCreated: true)
  }

  /// Stores a new object.
  func write(
    _ draft: ObjectDraft, _ name: String, _ place: DataPlace, in parent: Int64
  ) throws -> (object: StoredObject, lists: AccessLists) {
    let transaction = try writing()
    let kind = place.target.kind
    let draft = try reviewed(draft, .create, name: name, place, before: nil)
    let stamp = try stamp(kind, in: parent, proposal: draft.proposal, current: nil)
    let data = try draft.encoded(name: name, modified: stamp.modified)
    let object = try explaining(nil, draft.data, at: place) {
      try transaction.insert(kind, name, in: parent, modified: stamp.modified, data: data)
    }
    reviews.noteWriting(of: object)
    try stamp.keep(transaction)
    let lists = draft.lists ?? [:]
    try transaction.setAccessLists(of: object.row, to: lists)
    try keep(draft, of: object)
    try followFields(nil, object)
    var place = place
    place.object = object
    try followReferences(object, place)
    try observe(.create, place, before: nil, after: object, lists: lists, references: draft.touched)
    return (object, lists)
  }

  /// Gives an object that is there what a request says.
  private func store(_ request: DataRequest, _ place: DataPlace, in object: StoredObject) throws -> DataAnswer {
    if let model = try linkedModel(place) { return try writeLinked(request, object.name, object, place, model) }
    let before = try snapshot.accessLists(of: object.row)
    let draft = try ObjectDraft(request, name: object.name, place, current: (object, before), in: self)
    let (after, lists) = try write(draft, place, over: object, before)
    return DataAnswer(
      .object(try shown(after, at: place), lists: try shown(lists, of: after)), timestamp: after.modified)
  }

  /// Stores an object over what it was.
  func write(
    _ draft: ObjectDraft, _ place: DataPlace, over object: StoredObject, _ before: AccessLists
  ) throws -> (object: StoredObject, lists: AccessLists) {
    let transaction = try writing()
    let draft = try reviewed(draft, .update, name: object.name, place, before: object)
    let stamp = try stamp(object.kind, in: object.parent, proposal: draft.proposal, current: object.modified)
    var after = object
    after.modified = stamp.modified
    after.data = try draft.encoded(name: object.name, modified: stamp.modified)
    try explaining(object.name, draft.data, at: place) {
      try transaction.replace(object.row, modified: after.modified, data: after.data)
    }
    reviews.noteWriting(of: after)
    try stamp.keep(transaction)
    let lists = draft.lists ?? before
    if lists != before { try transaction.setAccessLists(of: object.row, to: lists) }
    try keep(draft, of: after)
    try followFields(object, after)
    try followReferences(after, place)
    try observe(.update, place, before: object, after: after, lists: lists, references: draft.touched)
    return (after, lists)
  }

  /// Keeps what stands beside the data, and forgets what the change has made untrue.
  private func keep(_ draft: ObjectDraft, of object: StoredObject) throws {
    let transaction = try writing()
    if let members = draft.members { try transaction.setMembers(of: object.row, to: members) }
    if let hash = draft.passwordHash { try transaction.setPasswordHash(of: object.row, to: hash) }
    if object.kind == .account { state.changedAccounts.append(object.name) }
    if draft.lists != nil || draft.members != nil {
      state.principals = nil
    }
  }

  /// The lists that an answer shows after a change.
  func shown(_ lists: AccessLists, of object: StoredObject) throws -> AccessLists {
    guard !hasRight(.write, object.kind) else { return lists }
    let writers = lists[.write] ?? []
    return try principals.names.contains(where: writers.contains) ? lists : [:]
  }

  /// Tells of a change of a bucket, of something in one, or of an account.
  func observe(
    _ signal: RecordChange.Signal, _ place: DataPlace, before: StoredObject?, after: StoredObject, lists: AccessLists,
    references: Set<String> = []
  ) throws {
    let bucket = place.target.kind == .bucket ? after : place.bucket
    guard bucket != nil || after.kind == .account else { return }
    var change = RecordChange(
      signal: signal, bucket: after.kind == .account ? nil : bucket, recordClass: place.recordClass, before: before,
      after: after,
      user: requester.user, time: service.clock.now, cause: requester.cause)
    change.references = references
    if configuration.keepsHistory, change.bucket != nil { try appendHistory(change, lists: lists) }
    guard let observer = service.observer else { return }
    try observer.changed(change, in: try writing())
  }
}
