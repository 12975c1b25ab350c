import Identity
import Model
import Store

extension ManagementAPI {
  private struct Health: Encodable {
    var status = "ok"
  }

  private struct Version: Encodable {
    var name = "grapnel"
    var version: String
    var api = "v1"
  }

  func health(_ call: APICall) async throws -> HTTPAnswer {
    .json(Health())
  }

  func version(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    .json(Version(version: services.version))
  }

  /// What is kept ready for runs, and how often it served.
  func listPools(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let pools = try await services.pools()
    return .json(Page(items: pools.sorted { ($0.instance, $0.runtime) < ($1.instance, $1.runtime) }, nextCursor: nil))
  }

  func description(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    document
  }
}
