/// A stretch of time in which a zone's clocks are ahead of UTC by one and the same offset. All in seconds.
struct ZoneSpan: Hashable, Sendable {
  /// The first second of UTC in it; `Int.min` if it has no beginning.
  let start: Int
  /// The first second after it; `Int.max` if it has no end.
  let end: Int
  /// Local time less UTC.
  let offset: Int
}
