import Model
import Synchronization

/// How many feeds there may be at once: of all callers, and of one.
final class FeedPlaces: Sendable {
  static let most = 100
  static let mostOfOne = 10

  private let taken = Mutex<[String: Int]>([:])

  /// A place that is taken until nobody refers to it.
  final class Place: Sendable {
    private let places: FeedPlaces
    private let caller: String

    fileprivate init(_ places: FeedPlaces, _ caller: String) {
      (self.places, self.caller) = (places, caller)
    }

    deinit {
      places.leave(caller)
    }
  }

  /// - Throws: `Problem` `tooMany` if there is none.
  func take(for caller: String) throws -> Place {
    let fits = taken.withLock { taken in
      guard taken.values.reduce(0, +) < Self.most, taken[caller, default: 0] < Self.mostOfOne else { return false }
      taken[caller, default: 0] += 1
      return true
    }
    guard fits else {
      throw Problem(
        .tooMany, "too many feeds of changes are open",
        rule: "at most \(Self.mostOfOne) of one caller, and \(Self.most) together", retryAfterSeconds: 10)
    }
    return Place(self, caller)
  }

  private func leave(_ caller: String) {
    taken.withLock { taken in
      guard let count = taken[caller] else { return }
      taken[caller] = count > 1 ? count - 1 : nil
    }
  }
}
