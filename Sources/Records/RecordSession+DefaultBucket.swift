import Model
import Store

extension RecordSession {
  /// The bucket that the requester has without making it. It is there when this returns, and belongs to them.
  ///
  /// - Parameter recordClass: a class that shall be there too.
  /// - Returns: the bucket's name.
  public func defaultBucket(holding recordClass: String? = nil) throws -> String {
    guard let user = requester.user else { throw DataRefusal.unauthenticated }
    if let recordClass, !ObjectName.isValid(recordClass, of: .recordClass) {
      throw DataRefusal.invalid([DataFault(.path, nil, "Invalid collection id")])
    }
    let name = configuration.personalBucket(user)
    var place = try locate(DataTarget(.bucket, name: name))
    if place.object == nil { try make(name, place) }
    guard let recordClass else { return name }
    place = try locate(DataTarget(.recordClass, bucket: name, name: recordClass))
    if place.object == nil {
      try demand(.create, place)
      try make(recordClass, place)
    }
    return name
  }

  /// Makes an object that is empty and the requester's own.
  private func make(_ name: String, _ place: DataPlace) throws {
    guard !configuration.isReadOnly else { throw Self.readOnly }
    let request = DataRequest(.put, place.target)
    let draft = try ObjectDraft(request, name: name, place, current: nil, in: self)
    _ = try insert(draft, name, place, in: demandParent(place))
  }
}
