import Crypto
import Foundation
import Model
import Synchronization

/// The deliveries that signed hooks have taken lately, so that none is taken twice.
///
/// It is in memory: a server that starts anew has forgotten. A hook has the last `capacity` deliveries of the last
/// `window`; only who has the hook's secret can add to them.
final class DeliveryLedger: Sendable {
  static let window = Duration.seconds(3600)
  static let capacity = 4096

  private struct Deliveries {
    /// Digests, so that what a sender sends for an id has no size here.
    var times: [SHA256.Digest: Timestamp] = [:]
    /// In the order of their coming; some of them may have been given up since.
    var order: [(digest: SHA256.Digest, time: Timestamp)] = []

    mutating func forget(before limit: Timestamp, keeping most: Int) {
      let old = order.prefix { $0.time < limit }.count
      let count = max(old, order.count - most)
      for entry in order.prefix(count) where times[entry.digest] == entry.time { times[entry.digest] = nil }
      order.removeFirst(count)
    }
  }

  private let hooks = Mutex<[ID<Hook>: Deliveries]>([:])

  /// - Returns: false if the hook has taken this delivery already.
  func take(_ delivery: String, for hook: ID<Hook>, at now: Timestamp) -> Bool {
    let digest = SHA256.hash(data: Data(delivery.utf8))
    let limit = Timestamp(microseconds: now.microseconds - Self.window.wholeMicroseconds)
    return hooks.withLock { hooks in
      // Hooks that hear nothing any more leave nothing behind.
      for other in hooks.keys where hooks[other]?.order.last.map({ $0.time < limit }) ?? true { hooks[other] = nil }
      hooks[hook, default: Deliveries()].forget(before: limit, keeping: Self.capacity)
      guard hooks[hook]?.times[digest] == nil else { return false }
      hooks[hook]?.forget(before: limit, keeping: Self.capacity - 1)
      hooks[hook]?.times[digest] = now
      hooks[hook]?.order.append((digest, now))
      return true
    }
  }

  /// Makes as if the delivery had not come: what it asked for was not done, so its sender may send it again.
  func giveUp(_ delivery: String, for hook: ID<Hook>) {
    let digest = SHA256.hash(data: Data(delivery.utf8))
    hooks.withLock { $0[hook]?.times[digest] = nil }
  }
}
