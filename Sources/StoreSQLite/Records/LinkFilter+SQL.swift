import Store

extension LinkFilter {
  /// Whether going through its links is better than going through the list.
  var narrows: Bool {
    switch test {
    case .all(let records): !records.isEmpty
    case .any: true
    case .exists: false
    }
  }

  /// A statement that gives, as `record`, each record of the list that has one of the links.
  var linked: SQLPart {
    let records: [Int64] =
      switch test {
      case .all(let records): Array(records.prefix(1))
      case .any(let records): records
      case .exists: []
      }
    let list = NumberList(records.isEmpty ? [0] : records)
    return SQLPart(
      "SELECT DISTINCT \(end.column) AS record FROM links WHERE relation = ? AND \(end.other.column) IN \(list.sql)",
      [relation] + list.arguments)
  }

  /// The filter as a condition on `objects` as `o`.
  var condition: SQLPart {
    let link = "EXISTS (SELECT 1 FROM links WHERE relation = ? AND \(end.column) = o.row"
    switch test {
    case .all(let records):
      guard !records.isEmpty else { return .truth(true) }
      let conditions = records.map { SQLPart("\(link) AND \(end.other.column) = ?)", [relation, $0]) }
      return SQLPart("(") + .joined(conditions, by: " AND ") + SQLPart(")")
    case .any(let records):
      let list = NumberList(records.isEmpty ? [0] : records)
      return SQLPart("\(link) AND \(end.other.column) IN \(list.sql))", [relation] + list.arguments)
    case .exists(let isThere):
      return SQLPart(isThere ? "\(link))" : "NOT \(link))", [relation])
    }
  }
}

extension Relation.End {
  /// The column of `links` that has the records of this end.
  var column: String { self == .first ? "first" : "second" }
}
