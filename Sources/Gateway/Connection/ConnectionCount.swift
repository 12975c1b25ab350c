import NIOCore
import Synchronization

/// The open connections.
final class ConnectionCount: Sendable {
  enum Admission {
    case served
    /// There are too many: it is told so.
    case shed
    /// There are too many even of those that are being told so, or the server has ended.
    case cut
  }

  /// How many connections may be told at once that there are too many.
  private static let mostShed = 256

  private struct State {
    var served = 0
    var shed = 0
    var hasEnded = false
    var open: [ObjectIdentifier: any Channel] = [:]
  }

  private let most: Int
  private let state = Mutex(State())

  init(most: Int) {
    self.most = most
  }

  /// Counts a connection until it is closed.
  func enter(_ channel: any Channel) -> Admission {
    let admission = state.withLock { state -> Admission in
      guard !state.hasEnded else { return .cut }
      if state.served < most {
        state.served += 1
      } else if state.shed < Self.mostShed {
        state.shed += 1
        state.open[ObjectIdentifier(channel)] = channel
        return .shed
      } else {
        return .cut
      }
      state.open[ObjectIdentifier(channel)] = channel
      return .served
    }
    channel.closeFuture.whenComplete { _ in self.leave(channel, admission) }
    return admission
  }

  /// How many are served.
  var served: Int { state.withLock { $0.served } }

  /// Cuts all connections, and those that come yet.
  func cutAll() {
    let open = state.withLock { state in
      state.hasEnded = true
      return Array(state.open.values)
    }
    for channel in open { channel.close(promise: nil) }
  }

  private func leave(_ channel: any Channel, _ admission: Admission) {
    state.withLock { state in
      state.open[ObjectIdentifier(channel)] = nil
      switch admission {
      case .served: state.served -= 1
      case .shed: state.shed -= 1
      case .cut: break
      }
    }
  }
}
