import Doors
import HummingbirdCore
import NIOCore

extension HTTPAnswer {
  init(_ answer: DoorAnswer) {
    switch answer.body {
    case .bytes(let bytes): self.init(status: answer.status, body: .bytes(bytes))
    case .stream(let chunks):
      self.init(
        status: answer.status,
        body: .stream { writer in
          for try await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
        })
    }
    fields = answer.headers
  }
}
