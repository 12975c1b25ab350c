import Store

/// What somebody can do, worked out forwards from one permission on the object `b`, `b/c`, `b/g` or `b/c/r`.
struct Abilities {
  var readable: Set<DataKind> = []
  var changeable: Set<DataKind> = []
  var creatable: Set<DataKind> = []
  /// Kinds of which the whole list is seen, and what is not there is told.
  var listable: Set<DataKind> = []
  var clearable: Set<DataKind> = []
  /// Kinds of which one object is shared with them.
  var shared: Set<DataKind> = []
  /// … such that they may delete it.
  var writable: Set<DataKind> = []

  init() {}

  init(_ kind: DataKind, _ permission: DataPermission) {
    let below: Set<DataKind> =
      switch kind {
      case .bucket: [.group, .recordClass, .record]
      case .recordClass: [.record]
      default: []
      }
    shared = [kind]
    readable = [kind]
    switch permission {
    case .write:
      changeable = below.union([kind])
      creatable = below
      clearable = below
      writable = [kind]
      fallthrough
    case .read:
      readable.formUnion(below)
      listable = below
    case .createClass: creatable = [.recordClass]
    case .createGroup: creatable = [.group]
    case .createRecord: creatable = [.record]
    }
  }

  static func rights(reading: Bool = false, writing: Bool = false, creating: Bool = false) -> Abilities {
    let all: Set<DataKind> = [.bucket, .group, .recordClass, .record]
    var abilities = Abilities()
    if reading || writing {
      abilities.readable = all
      abilities.listable = all
    }
    if writing {
      abilities.changeable = all
      abilities.creatable = all.subtracting([.bucket])
      abilities.clearable = all
    }
    if creating { abilities.creatable.insert(.bucket) }
    return abilities
  }

  func outcome(of action: MatrixAction, on kind: DataKind, isAnonymous: Bool) -> MatrixOutcome {
    let denied = MatrixOutcome.denied(isAnonymous: isAnonymous)
    switch action {
    case .get, .postExisting: return readable.contains(kind) ? .done : denied
    case .put, .patch, .delete: return changeable.contains(kind) ? .done : denied
    case .putIfAbsent: return creatable.contains(kind) ? .preconditionFailed : denied
    case .putAbsent, .postNew: return creatable.contains(kind) ? .done : denied
    case .getAbsent, .patchAbsent, .deleteAbsent: return listable.contains(kind) ? .notFound : denied
    case .list, .count:
      if listable.contains(kind) { return .objects(2) }
      if shared.contains(kind) { return .objects(1) }
    case .clear:
      if clearable.contains(kind) { return .objects(2) }
      if writable.contains(kind) { return .objects(1) }
    }
    return creatable.contains(kind) ? .objects(0) : denied
  }
}
