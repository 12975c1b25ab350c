import Model
import Store

extension FakeSnapshot {
  func objects(at rows: [Int64]) throws -> [StoredObject] {
    count()
    return Set(rows).sorted().compactMap { records.objects[$0] }.filter { !$0.isDeleted }
  }

  func objects(_ kind: DataKind, named names: [String], in parent: Int64) throws -> [StoredObject] {
    count()
    return Set(names).sorted().compactMap { records.find(kind, $0, in: parent) }.filter { !$0.isDeleted }
  }

  func relations(of recordClass: Int64) throws -> [Relation] {
    count()
    return records.relations.values.filter {
      $0.first.recordClass == recordClass || $0.second.recordClass == recordClass
    }
    .sorted { $0.row < $1.row }
  }

  func classes(in bucket: Int64, referringTo target: String) throws -> [Int64] {
    count()
    return records.references.filter { $0.value.contains(target) && records.objects[$0.key]?.parent == bucket }.map(
      \.key
    )
    .sorted()
  }

  func links(
    of relation: Int64, from end: Relation.End, at records: [Int64], limit: Int
  ) throws -> [LinkedObject] {
    count()
    let found = (self.records.links[relation] ?? []).map { link in
      end == .first ? (from: link.first, to: link.second) : (from: link.second, to: link.first)
    }
    return found.filter { records.contains($0.from) }.compactMap { link in
      self.records.objects[link.to].map { LinkedObject(from: link.from, row: link.to, name: $0.name) }
    }.sorted { ($0.from, $0.name) < ($1.from, $1.name) }.prefix(limit).map { $0 }
  }

  func hasLinks(_ relation: Int64) throws -> Bool { records.links[relation]?.isEmpty == false }

  func setReferences(of recordClass: Int64, to targets: Set<String>) throws {
    records.references[recordClass] = targets
  }

  func addRelation(_ relation: Relation) throws -> Relation {
    records.lastRow += 1
    var relation = relation
    relation.row = records.lastRow
    records.relations[relation.row] = relation
    return relation
  }

  func removeRelation(_ row: Int64) throws {
    records.relations[row] = nil
    records.links[row] = nil
  }

  func link(_ relation: Int64, _ first: Int64, _ second: Int64) throws {
    guard let found = records.relations[relation] else { throw Problem(.notFound, "there is no such relation") }
    let links = records.links[relation] ?? []
    let isTaken = links.contains { link in
      link.first == first && (link.second == second || !found.first.isMany)
        || link.second == second && !found.second.isMany
    }
    guard !isTaken else { throw Problem(.conflict, "they are linked") }
    records.links[relation] = links.union([FakeLink(first: first, second: second)])
    if found.isSymmetric { records.links[relation]?.insert(FakeLink(first: second, second: first)) }
  }

  func unlink(_ relation: Int64, _ first: Int64, _ second: Int64) throws {
    guard records.links[relation]?.remove(FakeLink(first: first, second: second)) != nil else {
      throw Problem(.notFound, "they are not linked")
    }
    if records.relations[relation]?.isSymmetric == true {
      records.links[relation]?.remove(FakeLink(first: second, second: first))
    }
  }
}
