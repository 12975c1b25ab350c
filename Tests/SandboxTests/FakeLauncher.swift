import CSandbox
import EventLoop
import Glibc
import Testing

@testable import Sandbox

/// The launcher's end of the socket in the hands of a test, for what a real launcher does too rarely.
@LoopActor
final class FakeLauncher {
  struct Start {
    let id: UInt64
    let policy: [UInt8]
    let descriptors: [Int32]
  }

  let launcher: Launcher
  private var socket: Int32

  init() throws {
    var server: Int32 = -1
    socket = -1
    try #require(gs_socket_pair(&server, &socket) == 0)
    launcher = try Launcher(adopting: server)
  }

  deinit {
    if socket >= 0 { close(socket) }
  }

  /// The next request to start, if there is one already; descriptors are closed by `discard`.
  func nextStart() -> Start? {
    var packet = gs_start()
    var descriptors = [Int32](repeating: -1, count: 16)
    var count = descriptors.count
    guard gs_receive(socket, &packet, MemoryLayout<gs_start>.size, &descriptors, &count) == MemoryLayout<gs_start>.size
    else { return nil }
    var policy = [UInt8](repeating: 0, count: Int(packet.spec_length))
    let length = pread(descriptors[0], &policy, policy.count, 0)
    guard packet.type == UInt32(GS_REQUEST_START), length == policy.count else { return nil }
    return Start(id: packet.id, policy: policy, descriptors: Array(descriptors[..<count]))
  }

  func nextSignal() -> gs_signal? {
    var packet = gs_signal()
    guard gs_receive(socket, &packet, MemoryLayout<gs_signal>.size, nil, nil) == MemoryLayout<gs_signal>.size else {
      return nil
    }
    return packet
  }

  func discard(_ start: Start) {
    for descriptor in start.descriptors { close(descriptor) }
  }

  /// Tells the server that a run has ended.
  func exit(_ id: UInt64, status: Int32) {
    var packet = gs_exit()
    packet.type = UInt32(GS_EVENT_EXIT)
    packet.ending = UInt32(GS_ENDING_EXITED)
    packet.id = id
    packet.code = status
    packet.cpu_us = 12
    packet.peak_memory = 4096
    packet.breaches = UInt32(GS_BREACH_MEMORY | GS_BREACH_DISK)
    #expect(send(&packet) == 0)
  }

  func refuse(_ id: UInt64, error: Int32) {
    var packet = gs_refused(type: UInt32(GS_EVENT_REFUSED), error: error, id: id)
    #expect(send(&packet) == 0)
  }

  func send<Packet: BitwiseCopyable>(_ packet: inout Packet) -> Int32 {
    gs_send(socket, &packet, MemoryLayout<Packet>.size, nil, 0)
  }

  func die() {
    close(socket)
    socket = -1
  }
}
