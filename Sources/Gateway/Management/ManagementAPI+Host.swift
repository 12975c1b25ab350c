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

  func listInstances(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let instances = try await services.store.instances.list().filter(principal.belongs(to:))
    return .json(Page(items: instances.map(InstanceResource.init)))
  }
}
