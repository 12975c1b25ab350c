import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

/// A store of an earlier version, whose instances had no buckets.
@Suite struct RecordMigrationTests {
  @Test func everyInstanceThatIsThereGetsABucket() async throws {
    let folder = try TemporaryFolder()
    let epoch = Timestamp(microseconds: 1_700_000_000_000_000)
    let names = ["main", "shop", "#gone"]
    let ids = names.map { _ in ID<Instance>(at: epoch) }
    do {
      let pool = try DatabasePool(path: folder.store)
      try DatabaseMigrator.grapnel.migrate(pool, upTo: Migration012Schedules.name)
      try await pool.write { database in
        for (number, name) in names.enumerated() {
          try database.execute(
            sql: "INSERT INTO instances (id, serial, name, created_at, removed_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
              ids[number].text, number + 1, name, epoch.microseconds, name == "#gone" ? epoch.microseconds : nil,
            ])
        }
      }
      try pool.close()
    }
    let store = try SQLiteStore(path: folder.store)
    try await store.records.read { snapshot in
      let page = try snapshot.list(ObjectQuery(.bucket, in: 0, order: [FieldOrder(.modified)]), limit: 9)
      #expect(page.objects.map(\.name) == ["main", "shop"])
      for (bucket, id) in zip(page.objects, ids) {
        let instance = try snapshot.instance(of: bucket.row)
        #expect(instance == id)
        let data: JSONValue = ["id": .string(bucket.name), "last_modified": .int(bucket.modified)]
        #expect(bucket.data == data.serializedBytes)
      }
      let (count, time) = (try snapshot.count(ObjectQuery(.bucket, in: 0)), try snapshot.timestamp(of: .bucket, in: 0))
      #expect(count == 2 && time == page.objects.last?.modified)
    }
    _ = try await store.instances.rename(ids[1], to: "store", by: "host", at: epoch)
    try await store.close()
  }

  @Test func aStoreWithoutInstancesHasNoBuckets() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(path: folder.store)
    let (count, time) = try await store.records.read { snapshot in
      (try snapshot.count(ObjectQuery(.bucket, in: 0)), try snapshot.timestamp(of: .bucket, in: 0))
    }
    #expect(count == 0 && time == nil)
    try await store.close()
  }
}
