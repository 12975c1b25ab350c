import Synchronization

/// How many connections are open.
final class ConnectionCount: Sendable {
  enum Admission {
    case served
    /// There are too many: it is told so.
    case shed
    /// There are too many even of those that are being told so.
    case cut
  }

  /// How many connections may be told at once that there are too many.
  private static let mostShed = 256

  private let most: Int
  private let counts = Mutex((served: 0, shed: 0))

  init(most: Int) {
    self.most = most
  }

  func enter() -> Admission {
    counts.withLock { counts in
      if counts.served < most {
        counts.served += 1
        return .served
      }
      guard counts.shed < Self.mostShed else { return .cut }
      counts.shed += 1
      return .shed
    }
  }

  func leave(_ admission: Admission) {
    counts.withLock { counts in
      switch admission {
      case .served: counts.served -= 1
      case .shed: counts.shed -= 1
      case .cut: break
      }
    }
  }
}
