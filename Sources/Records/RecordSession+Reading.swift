import Model
import Store

extension RecordSession {
  func readObject(_ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    if request.target.kind == .account { try demandOwnAccount(request.target.name, place) }
    let object = try demandObject(place, need: .read, request)
    if let deep = try readDeep(object, request, place) { return deep }
    switch request.precondition {
    case .isNotAt(object.modified): throw DataRefusal.unchanged(timestamp: object.modified)
    case let condition: try demand(condition, of: object, at: place)
    }
    let rules = try rules(at: place)
    if !request.selection.shown.isEmpty { _ = try rules?.translated(request.selection) }
    let shown = try rules.map { try self.shown([object], by: $0, at: place, asked: request.selection.shown)[0] }
    return DataAnswer(
      .object(shown ?? object, lists: try shownLists(of: object, given: place.givenByObject)),
      timestamp: object.modified)
  }

  /// The object that a request means, for somebody who may do with it what is needed. Whether it is not there is told
  /// only to those who could read it if it were.
  func demandObject(_ place: DataPlace, need: DataNeed, _ request: DataRequest) throws -> StoredObject {
    let name = request.target.name ?? ""
    guard let object = place.object else {
      try demand(.read, place)
      try demandValid(request)
      _ = try demandParent(place)
      try demandName(name, of: request.target.kind)
      throw DataRefusal.notFound(request.target.kind, name)
    }
    try demand(need, place)
    try demandValid(request)
    return object
  }

  /// Holds a precondition against an object that is there.
  func demand(_ condition: Precondition?, of object: StoredObject, at place: DataPlace) throws {
    let holds =
      switch condition {
      case nil, .isNotAt, .exists: true
      case .isAbsent: false
      case .isAt(let moment): moment == object.modified
      }
    guard holds else {
      throw DataRefusal.preconditionFailed(timestamp: object.modified, existing: try shown(object, at: place))
    }
  }

  func readList(_ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    guard let visibility = try visibility(of: place, for: .list) else { throw denied }
    try demandValid(request)
    let parent = try demandParent(place)
    let timestamp = try listTimestamp(request.target.kind, in: parent)
    let model = try declaringModel(place)
    let expansion = try model.map { _ in try self.expansion(request.selection.asked) } ?? Expansion()
    if expansion.depth < 2 {
      if case .isNotAt(timestamp) = request.precondition { throw DataRefusal.unchanged(timestamp: timestamp) }
      try demand(request.precondition, ofListAt: timestamp)
    }
    let (query, rules) = try query(request, at: place, in: parent, visibility)
    if request.action == .count {
      return DataAnswer(.count(try snapshot.count(query)), timestamp: timestamp)
    }
    var page = try self.page(query, limit: configuration.limit(asked: request.selection.limit))
    guard let rules else { return DataAnswer(.page(page), timestamp: timestamp) }
    page.next = rules.handedOut(page.next, for: request.selection)
    guard let model, let bucket = place.bucket, expansion.depth != 1 || model.hasReferences else {
      page.objects = try shown(page.objects, by: rules, at: place, asked: request.selection.shown)
      return DataAnswer(.page(page), timestamp: timestamp)
    }
    let shown = try expanded(
      page.objects, model, in: bucket, expansion, isList: true, timestamp: timestamp, asked: request.selection.shown)
    page.objects = shown.objects
    return try answer(.page(page), shown, timestamp, request.precondition)
  }

  /// What a request asks of the store, and the rules by which what it finds is shown; `nil` if those are none.
  func query(
    _ request: DataRequest, at place: DataPlace, in parent: Int64, _ visibility: ObjectQuery.Visibility
  ) throws -> (ObjectQuery, FieldRules?) {
    var selection = request.selection
    var links: [LinkFilter] = []
    let rules = try rules(at: place)
    if let rules, let model = try declaringModel(place) {
      links = try takeLinks(from: &selection, model)
      selection = try rules.translated(selection)
    } else if !selection.numberFaults.isEmpty {
      throw DataRefusal.invalid(selection.numberFaults)
    }
    let query = ObjectQuery(
      request.target.kind, in: parent, visibility: visibility, filters: selection.filters, links: links,
      order: selection.order,
      after: selection.after, includesDeleted: selection.includesDeleted && request.action == .read)
    return (query, rules)
  }

  /// A list always exists.
  func demand(_ condition: Precondition?, ofListAt timestamp: Int64) throws {
    let holds =
      switch condition {
      case nil, .isNotAt, .exists: true
      case .isAbsent: false
      case .isAt(let moment): moment == timestamp
      }
    guard holds else { throw DataRefusal.preconditionFailed(timestamp: timestamp, existing: nil) }
  }

  /// Which objects of a list somebody sees, or may delete; `nil` for somebody who may not even know that there are none.
  func visibility(of place: DataPlace, for need: DataNeed) throws -> ObjectQuery.Visibility? {
    let kind = place.target.kind
    if may(need, place) { return .all }
    if kind == .account, requester.user == nil { return nil }
    let shared = ObjectQuery.Visibility.shared(with: try principals, by: need.sharing(kind))
    if may(.create, place) { return shared }
    guard let parent = place.parent else { return nil }
    let some = try snapshot.list(ObjectQuery(kind, in: parent, visibility: shared, order: []), limit: 1)
    return some.objects.isEmpty ? nil : shared
  }

  /// When a list last changed. Asked for the first time, it is now, from now on.
  func listTimestamp(_ kind: DataKind, in parent: Int64) throws -> Int64 {
    if let known = try snapshot.timestamp(of: kind, in: parent) { return known }
    let timestamp = now
    try writing().setTimestamp(of: kind, in: parent, to: timestamp)
    return timestamp
  }
}
