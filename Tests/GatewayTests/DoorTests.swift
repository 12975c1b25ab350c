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
      #expect(try await gateway.request("GET", "/v1").json()["path"] == "/v1")
    }
  }

  @Test func aDoorAnswersItsOwnSegmentAlone() async throws {
    try await TestGateway.with(doors: doors) { gateway in
      for path in ["/v10/x", "/v2/x", "/V1/x", "/%76%31/x"] {
        #expect(try await gateway.request("GET", path).status != 201, "\(path)")
      }
      #expect(try await gateway.request("GET", "/main/open").status == 200)
    }
    try await TestGateway.with { gateway in
      #expect(try await gateway.request("GET", "/v1/x").status == 404)
    }
  }

  @Test func aProxysWordIsTakenOnTheScheme() async throws {
    let headers = ["X-Forwarded-Proto: https"]
    try await TestGateway.with(doors: doors) { gateway in
      #expect(try await gateway.request("GET", "/v1/", headers: headers).json()["scheme"] == "http")
    }
    try await TestGateway.with(doors: doors, { $0.trustedProxies = [AddressRange(text: "127.0.0.0/8")!] }) { gateway in
      #expect(try await gateway.request("GET", "/v1/", headers: headers).json()["scheme"] == "https")
    }
  }

  @Test func aBodyThatIsTooLargeIsToldOf() async throws {
    try await TestGateway.with(doors: doors) { gateway in
      #expect(try await gateway.request("POST", "/v1/", body: String(repeating: "x", count: 11)).status == 413)
    }
  }

  @Test func ratesHoldForDoorsToo() async throws {
    let rate = Rate(count: 2, interval: .seconds(3600))
    try await TestGateway.with(doors: doors, { $0.rate = RateRule(perAddress: rate) }) { gateway in
      for status in [201, 201, 429] { #expect(try await gateway.request("GET", "/v1/").status == status) }
    }
    try await TestGateway.with(doors: doors, { $0.rate = RateRule(perKey: rate) }) { gateway in
      for status in [201, 201, 429] {
        #expect(try await gateway.request("GET", "/v1/", headers: ["X-Key: one"]).status == status)
      }
      #expect(try await gateway.request("GET", "/v1/", headers: ["X-Key: two"]).status == 201)
    }
    try await TestGateway.with(doors: doors, { $0.failedKeys = rate }) { gateway in
      for status in [201, 201, 429] {
        #expect(try await gateway.request("GET", "/v1/", headers: ["Authorization: wrong"]).status == status)
      }
    }
  }
}
