import Model
import Records
import Store

extension TriggeringFact {
  /// The most bytes of what a run is told of a record before and after a change. Each alone has at most 1 MiB.
  static let longestChange = 3 << 19

  /// A change of a record, a group or an account; `nil` for changes of which there are no triggers.
  ///
  /// - Parameter instance: whose bucket it is in; `nil` for accounts.
  init?(_ change: RecordChange, in instance: ID<Instance>?) throws {
    guard let (kind, name) = Self.subject(of: change) else { return nil }
    let old: JSONValue? = try change.before.map { try Self.data(of: $0) }
    // Left as it is, and not set to `nil`: that would be the JSON value.
    var new: JSONValue?
    if change.signal != .delete { new = try Self.data(of: change.after) }
    var payload: [String: JSONValue] = [
      "signal": .string(change.signal.rawValue), kind.rawValue: .string(name), "record": new ?? old ?? .null,
      "changed": .array(
        Set(Self.changed(old, new)).union(change.references).sorted().map(JSONValue.string)),
      "user": change.user.map(JSONValue.string) ?? .null, "time": .string(change.time.rfc3339),
    ]
    if change.signal == .update, let old, let before = change.before {
      if before.data.count + change.after.data.count <= Self.longestChange {
        payload["previous"] = old
      } else {
        payload["previous_left_out"] = true
      }
    }
    self.init(
      instance: instance, kind: kind, name: name, signal: change.signal, old: old, new: new, payload: payload,
      orderKey: "\(change.after.parent)/\(change.after.name)", cause: change.cause, time: change.time)
  }

  /// A change of a record that is about to be made.
  init(_ change: ProposedChange, in instance: ID<Instance>, at time: Timestamp) throws {
    let old: JSONValue? = try change.before.map { try Self.data(of: $0) }
    var new: JSONValue?
    if var data = change.data {
      data["id"] = change.id
      new = .object(data)
    }
    var payload: [String: JSONValue] = [
      "signal": .string(change.signal.rawValue), "class": .string(change.className), "record": new ?? old ?? .null,
      "changed": .array(Self.changed(old, new).map(JSONValue.string)),
      "user": change.user.map(JSONValue.string) ?? .null, "time": .string(time.rfc3339),
    ]
    if change.signal == .update, let old, let before = change.before {
      if before.data.count + (new?.estimatedBytes ?? 0) <= Self.longestChange {
        payload["previous"] = old
      } else {
        payload["previous_left_out"] = true
      }
    }
    self.init(
      instance: instance, kind: .recordClass, name: change.className, signal: change.signal, old: old, new: new,
      payload: payload, cause: change.cause, time: time)
  }

  /// What triggers call the thing that has changed.
  static func subject(of change: RecordChange) -> (kind: TriggerSource.Key, name: String)? {
    switch change.after.kind {
    case .record: change.recordClass.map { (.recordClass, $0.name) }
    case .group: (.group, change.after.name)
    case .account: (.account, change.after.name)
    case .bucket, .recordClass: nil
    }
  }

  /// What a run may be told of an object: never what proves who somebody is.
  private static func data(of object: StoredObject) throws -> JSONValue {
    let data = try JSONValue(parsing: object.data)
    guard object.kind == .account, var members = data.objectValue else { return data }
    members["password"] = nil
    return .object(members)
  }

  /// The names of the members that differ, but those that the host gives: `id`, `last_modified` and `deleted`.
  private static func changed(_ old: JSONValue?, _ new: JSONValue?) -> [String] {
    let (before, after) = (old?.objectValue ?? [:], new?.objectValue ?? [:])
    return Set(before.keys).union(after.keys).subtracting(["id", "last_modified", "deleted"]).filter { name in
      guard let left = before[name], let right = after[name] else { return true }
      return !left.isSame(as: right)
    }.sorted()
  }
}
