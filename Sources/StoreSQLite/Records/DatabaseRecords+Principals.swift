import GRDB
import Model
import Store

extension DatabaseRecords {
  func principals(of user: String?) throws -> PrincipalSet {
    let names = ["system.Everyone"] + (user.map { ["system.Authenticated", $0] } ?? [])
    let known = try database.rows(
      "SELECT row, name FROM principals WHERE name IN (?, ?, ?)", [names[0], names.dropFirst().first, names.last]
    ) { (row: try $0.next(Int64.self), name: try $0.next(String.self)) }
    var principals = PrincipalSet(names: names, rows: known.map(\.row))
    let own = known.filter { $0.name != "system.Everyone" }.map(\.row)
    guard user != nil, let first = own.first, let last = own.last else { return principals }
    // What lies in a deleted bucket has no parent any more.
    let groups = try database.rows(
      """
      SELECT a.name, (SELECT row FROM principals p WHERE p.name = a.name) FROM (
        SELECT DISTINCT g.row, '/buckets/' || b.name || '/groups/' || g.name AS name
        FROM group_members m CROSS JOIN objects g ON g.row = m.group_row CROSS JOIN objects b ON b.row = g.parent
        WHERE m.principal IN (?, ?) ORDER BY g.row LIMIT ?) a
      """, [first, last, bounds.groups]
    ) { (name: try $0.next(String.self), row: try $0.optional(Int64.self)) }
    principals.names += groups.map(\.name)
    principals.rows += groups.compactMap(\.row)
    return principals
  }

  func grants(to principals: PrincipalSet, on rows: [Int64]) throws -> [Int64: Set<DataPermission>] {
    guard !principals.rows.isEmpty, !rows.isEmpty else { return [:] }
    let (objects, named) = (NumberList(rows), NumberList(principals.rows))
    let found = try database.rows(
      "SELECT object, permission FROM grants WHERE object IN \(objects.sql) AND principal IN \(named.sql)",
      objects.arguments + named.arguments
    ) { (try $0.next(Int64.self), try $0.permission()) }
    var grants: [Int64: Set<DataPermission>] = [:]
    for (row, permission) in found { grants[row, default: []].insert(permission) }
    return grants
  }

  func accessLists(of row: Int64) throws -> AccessLists {
    let found = try database.rows(
      "SELECT g.permission, p.name FROM grants g JOIN principals p ON p.row = g.principal WHERE g.object = ?", [row]
    ) { (try $0.permission(), try $0.next(String.self)) }
    var lists: AccessLists = [:]
    for (permission, name) in found { lists[permission, default: []].insert(name) }
    return lists
  }

  func shared(
    with principals: PrincipalSet, after row: Int64, limit: Int
  ) throws -> [(row: Int64, object: SharedObject)] {
    try Problem.validateLimit(limit, most: 10_000)
    guard !principals.rows.isEmpty else { return [] }
    let named = NumberList(principals.rows)
    let found = try database.rows(
      """
      SELECT o.row, o.kind, o.name, p.kind, p.name, b.name, s.permissions FROM (
        SELECT object, SUM(DISTINCT 1 << permission) AS permissions FROM grants
        WHERE principal IN \(named.sql) AND object > ? GROUP BY object) s
      CROSS JOIN objects o ON o.row = s.object
      LEFT JOIN objects p ON p.row = o.parent LEFT JOIN objects b ON b.row = p.parent
      WHERE o.is_deleted = 0 AND (o.parent = 0 OR p.parent = 0 OR b.row IS NOT NULL) ORDER BY s.object LIMIT ?
      """, named.arguments + [row, limit]
    ) { columns -> (Int64, SharedObject?) in
      let (row, kind, name) = (
        try columns.next(Int64.self), DataKind(rawValue: try columns.next()), try columns.next(String.self)
      )
      let parentKind = try columns.optional(Int.self).flatMap(DataKind.init)
      let (parent, bucket) = (try columns.optional(String.self), try columns.optional(String.self))
      let bits = try columns.next(Int.self)
      let object = kind.map {
        SharedObject(
          kind: $0, name: name, bucket: parentKind == .bucket ? parent : bucket,
          recordClass: parentKind == .recordClass ? parent : nil,
          permissions: Set(DataPermission.allCases.filter { bits & (1 << $0.rawValue) != 0 }))
      }
      return (row, object)
    }
    return found.compactMap { row, object in object.map { (row, $0) } }
  }
}

extension ColumnReader {
  mutating func permission() throws -> DataPermission {
    guard let permission = DataPermission(rawValue: try next()) else {
      throw Problem(.internal, "the store holds a permission that this version does not know")
    }
    return permission
  }
}
