import Doors
import Gateway
import Model
import Testing

/// What the gateway hands to doors of other protocols, and what it does with their answers.
@Suite(.timeLimit(.minutes(5))) struct DoorTests {
  private let doors: [String: any Door] = ["v1": EchoDoor()]

  @Test func aDoorGetsTheRequestAsItCame() async throws {
    try await TestGateway.with(doors: doors) { gateway in
      let answer = try await gateway.request("PUT", "/v1/a%2Fb/?x=%20&y", body: "hello")
      #expect(answer.status == 201)
      let said = try answer.json()
      #expect(said["method"] == "PUT")
      #expect(said["path"] == "/v1/a%2Fb/")
      #expect(said["query"] == "x=%20&y")
      #expect(said["body"] == "hello")
      #expect(said["scheme"] == "http")
      #expect(said["address"] == "127.0.0.1")
      #expect(answer.header("content-type") == "application/json")
      #expect(answer.header("transfer-encoding") == nil)
      #expect(answer.header("content-length") == String(answer.body.count))
      let root = try await gateway.request("GET", "/v1").json()
      #expect(root["path"] == "/v1")
    }
  }

  @Test func aDoorAnswersItsOwnSegmentAlone() async throws {
    try await TestGateway.with(doors: doors) { gateway in
      for path in ["/v10/x", "/v2/x", "/V1/x", "/%76%31/x"] {
        let status = try await gateway.request("GET", path).status
        #expect(status != 201, "\(path)")
      }
      let hook = try await gateway.request("GET", "/main/open")
      #expect(hook.status == 200)
    }
    try await TestGateway.with { gateway in
      let nobody = try await gateway.request("GET", "/v1/x")
      #expect(nobody.status == 404)
    }
  }

  @Test func aProxysWordIsTakenOnTheScheme() async throws {
    let headers = ["X-Forwarded-Proto: https"]
    let proxy = try #require(AddressRange(text: "127.0.0.0/8"))
    try await TestGateway.with(doors: doors) { gateway in
      let said = try await gateway.request("GET", "/v1/", headers: headers).json()
      #expect(said["scheme"] == "http")
    }
    try await TestGateway.with(doors: doors, { $0.trustedProxies = [proxy] }) { gateway in
      let said = try await gateway.request("GET", "/v1/", headers: headers).json()
      #expect(said["scheme"] == "https")
    }
  }

  @Test func aBodyThatIsTooLargeIsToldOf() async throws {
    try await TestGateway.with(doors: doors) { gateway in
      let answer = try await gateway.request("POST", "/v1/", body: String(repeating: "x", count: 11))
      #expect(answer.status == 413)
    }
  }

  @Test func ratesHoldForDoorsToo() async throws {
    let rate = Rate(count: 2, interval: .seconds(3600))
    try await TestGateway.with(doors: doors, { $0.rate = RateRule(perAddress: rate) }) { gateway in
      let found = try await statuses(gateway, [])
      #expect(found == [201, 201, 429])
    }
    try await TestGateway.with(doors: doors, { $0.rate = RateRule(perKey: rate) }) { gateway in
      let found = try await statuses(gateway, ["X-Key: one"])
      #expect(found == [201, 201, 429])
      let other = try await gateway.request("GET", "/v1/", headers: ["X-Key: two"])
      #expect(other.status == 201)
    }
    try await TestGateway.with(doors: doors, { $0.failedKeys = rate }) { gateway in
      let found = try await statuses(gateway, ["Authorization: wrong"])
      #expect(found == [201, 201, 429])
    }
  }

  /// Those of three requests.
  private func statuses(_ gateway: TestGateway, _ headers: [String]) async throws -> [Int] {
    var statuses: [Int] = []
    for _ in 0..<3 { statuses.append(try await gateway.request("GET", "/v1/", headers: headers).status) }
    return statuses
  }
}
