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

  func description(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    document
  }
}
