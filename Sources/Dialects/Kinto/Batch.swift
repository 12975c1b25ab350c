import HTTPTypes
import Model
import Records

/// The requests of a batch, taken out of its body.
struct Batch {
  private static let members: Set<String> = ["path", "method", "headers", "body"]
  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"]

  private(set) var calls: [KintoCall] = []
  private(set) var faults: [DataFault] = []

  init(_ outer: KintoCall) {
    read(outer)
  }

  private mutating func read(_ outer: KintoCall) {
    let root: JSONValue
    do throws(KintoBody.UnreadableBody) {
      root = try KintoBody.read(outer.body)
    } catch {
      faults.append(error.fault)
      return
    }
    guard case .object(let members) = root else {
      return fault(nil, "\(KintoBody.excerpt(root)) is not an object")
    }
    for name in members.keys.sorted() where name != "requests" && name != "defaults" {
      return fault(name, "\(name) is not a member of a batch")
    }
    guard case .array(let requests)? = members["requests"] else { return fault("requests", "requests is not an array") }
    guard requests.count <= KintoConfiguration.batchMax else {
      return fault("requests", "Number of requests is limited to \(KintoConfiguration.batchMax)")
    }
    let defaults = members["defaults"] ?? [:]
    guard case .object = defaults else { return fault("defaults", "defaults is not an object") }
    guard check(defaults, "defaults") else { return }
    for (index, request) in requests.enumerated() {
      let name = "requests.\(index)"
      guard case .object = request else { return fault(name, "\(KintoBody.excerpt(request)) is not an object") }
      guard check(request, name) else { return }
      let merged = Self.merged(defaults, request)
      guard let path = merged["path"]?.stringValue else { return fault("\(name).path", "Required") }
      guard !path.contains("/batch") else {
        return fault("\(name).path", "Recursive call on batch endpoint is forbidden.")
      }
      calls.append(Self.call(merged, path, outer))
    }
  }

  private mutating func fault(_ name: String?, _ text: String) {
    faults.append(DataFault(.body, name, text))
  }

  private mutating func check(_ request: JSONValue, _ name: String) -> Bool {
    guard case .object(let members) = request else { return false }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let isRight: Bool
      switch key {
      case "path": isRight = value.stringValue?.utf8.first == UInt8(ascii: "/")
      case "method": isRight = value.stringValue.map(Self.methods.contains) ?? false
      case "body": isRight = value.objectValue != nil
      case "headers": isRight = value.objectValue?.values.allSatisfy { $0.stringValue != nil } ?? false
      default: isRight = false
      }
      guard isRight else {
        let text =
          Self.members.contains(key) ? "\(key) cannot be \(KintoBody.excerpt(value))" : "\(key) is not a member"
        fault("\(name).\(key)", text)
        return false
      }
    }
    return true
  }

  /// The members of both; of objects in both in the same place the members of both, and so on.
  private static func merged(_ defaults: JSONValue, _ request: JSONValue) -> JSONValue {
    guard case .object(let left) = defaults, case .object(let right) = request else { return request }
    return .object(left.merging(right) { merged($0, $1) })
  }

  private static func call(_ request: JSONValue, _ target: String, _ outer: KintoCall) -> KintoCall {
    let path = target.prefix { $0 != "?" }
    var call = outer
    call.method = request["method"]?.stringValue ?? "GET"
    call.path = Self.versioned(path)
    call.query = String(target.dropFirst(path.count).dropFirst())
    for (name, value) in request["headers"]?.objectValue ?? [:] {
      guard let field = HTTPField.Name(name), let text = value.stringValue, HTTPField.isValidValue(text) else {
        continue
      }
      call.headers[field] = text
    }
    // The body of a part is always an object, and no patch of another kind.
    call.headers[.contentType] = "application/json"
    call.headers[.contentLength] = nil
    call.body = .value(request["body"] ?? [:])
    return call
  }

  private static func versioned(_ path: Substring) -> String {
    path == KintoRoute.prefix || path.hasPrefix(KintoRoute.prefix + "/") ? String(path) : KintoRoute.prefix + path
  }
}
