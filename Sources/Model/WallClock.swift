/// Where the time of day comes from. Injected, so that tests decide what time it is.
public protocol WallClock: Sendable {
  var now: Timestamp { get }
}
