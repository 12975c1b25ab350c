import Model
import Testing

@testable import DialectKinto

@Suite struct BodyRoomTests {
  @Test func largeBodiesShareTheRoom() async throws {
    let room = BodyRoom(most: 200_000)
    try await room.with(150_000) {
      await #expect(throws: Problem.self) { try await room.with(100_000) {} }
      // Small ones are not counted.
      try await room.with(BodyRoom.small) {}
    }
    try await room.with(200_000) {}
    await #expect(throws: CancellationError.self) { try await room.with(200_000) { throw CancellationError() } }
    try await room.with(200_000) {}
  }
}
