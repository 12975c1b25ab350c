import Doors
import HTTPTypes
import Model

/// Answers with what it was asked.
struct EchoDoor: Door {
  func answer(_ request: DoorRequest) async -> DoorAnswer {
    var headers = HTTPFields()
    headers[.contentType] = "application/json"
    // How a message travels is the gateway's alone.
    headers[.transferEncoding] = "nonsense"
    do {
      try request.caller.checkFailures()
      if request.headers[.authorization] == "wrong" { request.caller.noteFailure() }
      if let key = request.headers[HTTPField.Name("X-Key")!] { try request.caller.enter(key: key) }
      let body = try await request.body.collect(atMost: 10)
      let said: JSONValue = [
        "method": .string(request.method), "path": .string(request.path), "query": .string(request.query),
        "body": .string(String(decoding: body, as: UTF8.self)), "scheme": .string(request.scheme),
        "authority": .string(request.authority), "address": request.caller.address.map { .string($0) } ?? .null,
      ]
      return DoorAnswer(status: 201, headers: headers, body: .bytes(said.serializedBytes))
    } catch {
      return DoorAnswer(status: (error as? Problem)?.code == .tooMany ? 429 : 413, headers: headers)
    }
  }
}
