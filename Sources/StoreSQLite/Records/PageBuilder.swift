import Model
import Store

/// A page as it grows, until it has as many objects or bytes as it may.
struct PageBuilder {
  private let limit: Int
  private let mostBytes: Int
  private var objects: [StoredObject] = []
  private var bytes = 0
  private var hasMore = false

  init(limit: Int, bytes: Int) {
    self.limit = limit
    mostBytes = bytes
  }

  /// - Returns: whether it took the object; from the first that it does not take on, nothing is needed any more.
  mutating func add(_ object: StoredObject) -> Bool {
    guard objects.count < limit, bytes < mostBytes else {
      hasMore = true
      return false
    }
    objects.append(object)
    bytes += object.data.count
    return true
  }

  func finish(_ query: ObjectQuery) -> ObjectPage {
    guard hasMore, let last = objects.last else { return ObjectPage(objects: objects, next: nil) }
    return ObjectPage(objects: objects, next: query.order.map { last.value(of: $0.field) } + [.string(last.name)])
  }
}

extension StoredObject {
  /// The value of one of its fields; `nil` if it has none.
  func value(of field: FieldReference) -> JSONValue? {
    switch field {
    case .id: return .string(name)
    case .modified: return .int(modified)
    case .deleted: return isDeleted ? true : nil
    case .member(let path):
      let place = data.withUnsafeBufferPointer { FieldPath(path.utf8).find(in: JSONText($0)) }
      // What is stored was parsed before, so this is JSON.
      return place.flatMap { try? JSONValue(parsing: data[$0]) }
    }
  }
}
