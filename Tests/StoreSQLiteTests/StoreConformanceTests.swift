import StoreConformance
import StoreSQLite
import Testing

@Suite struct StoreConformanceTests {
  @Test(arguments: StoreConformance.cases) func keeps(_ promise: StoreConformanceCase) async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(path: folder.store)
    try await promise.run(on: store)
    try await store.close()
  }
}
