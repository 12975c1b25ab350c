import Foundation

/// The machine's clock, to the microsecond.
public struct SystemWallClock: WallClock {
  public init() {}

  public var now: Timestamp {
    Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
  }
}
