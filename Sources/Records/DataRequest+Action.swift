import Model
import Store

extension DataRequest.Action {
  /// Whether it changes something if it is carried out.
  var changes: Bool {
    switch self {
    case .read, .count: false
    case .put, .add, .change, .delete: true
    }
  }
}

extension DataRequest {
  /// About how many bytes its content holds.
  var estimatedBytes: Int {
    switch content {
    case .whole(let data, _), .members(let data, _): data.map { JSONValue.object($0).estimatedBytes } ?? 0
    case .several(let elements): elements.reduce(0) { $0 + JSONValue.object($1).estimatedBytes }
    case .merge(let data, _): data?.estimatedBytes ?? 0
    case .operations(let operations):
      operations.reduce(0) { $0 + $1.path.utf8.count + ($1.value?.estimatedBytes ?? 0) + 64 }
    }
  }
}
