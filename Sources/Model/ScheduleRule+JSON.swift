extension ScheduleRule {
  /// Reads the members named in `keys` and leaves all others to its caller.
  ///
  /// - Throws: `Problem` with code `invalid` and the member as its field.
  public init(_ members: [String: JSONValue]) throws(Problem) {
    let reader = Reader(members: members)
    let kinds = ["every", "cron", "at"].filter { members[$0] != nil }
    guard let kind = kinds.first else {
      let near = members.keys.sorted().compactMap { key in
        Self.keys.contains(key) ? nil : key.nearest(among: ["every", "cron", "at"])
      }
      throw Problem(
        .invalid, "a schedule needs a time", rule: "one of every, cron and at",
        hint: near.first.map { "did you mean \($0)?" })
    }
    guard kinds.count == 1 else {
      throw Problem(
        .invalid, "a schedule cannot have both \(kind) and \(kinds[1])", field: kinds[1],
        rule: "one of every, cron and at", hint: "make two schedules")
    }
    start = try reader.moment("start")
    end = try reader.moment("end")
    zone = try reader.text("zone", atMost: 64)
    jitter = try reader.duration("jitter", in: Self.jitters)
    let align = try reader.text("align", atMost: 16)
    if align != nil, kind != "every" {
      throw Problem(.invalid, "align belongs to every alone", field: "align", rule: "only with every")
    }
    switch kind {
    case "every":
      let interval = try reader.duration("every", in: Self.intervals) ?? Self.intervals.lowerBound
      timing = .every(interval, align: try Self.anchor(align))
    case "cron": timing = .cron(try reader.text("cron", atMost: Self.longestExpression) ?? "")
    default: timing = .at(try reader.text("at", atMost: 64) ?? "")
    }
    try validate()
  }

  /// The members that `init(_:)` reads.
  public var members: [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    switch timing {
    case .every(let interval, let align):
      members["every"] = .string(interval.text)
      if align != .epoch { members["align"] = .string(align.rawValue) }
    case .cron(let text): members["cron"] = .string(text)
    case .at(let text): members["at"] = .string(text)
    }
    members["zone"] = zone.map(JSONValue.string)
    members["jitter"] = jitter.map { .string($0.text) }
    members["start"] = start.map { .string($0.rfc3339) }
    members["end"] = end.map { .string($0.rfc3339) }
    return members
  }

  /// - Throws: `Problem` for what can be told to be wrong without the zone's rules.
  public func validate() throws(Problem) {
    if let start, let end, start >= end {
      throw Problem(.invalid, "end is not after start", field: "end", rule: "after \(start)")
    }
    for (key, moment) in [("start", start), ("end", end)] {
      guard let moment, !Self.moments.contains(moment) else { continue }
      throw Problem(.invalid, "\(key) is out of range", field: key, rule: "in the years 1 to 9999")
    }
    try Self.validate(jitter, "jitter", in: Self.jitters)
    guard case .every(let interval, let align) = timing else { return }
    try Self.validate(interval, "every", in: Self.intervals)
    if align == .start, start == nil {
      throw Problem(
        .invalid, "there is no start to align to", field: "align", rule: "align: start needs start",
        hint: "give start, or leave align out")
    }
    if let jitter, jitter >= interval {
      throw Problem(
        .invalid, "jitter is not shorter than the interval", field: "jitter", rule: "less than \(interval.text)")
    }
  }

  private static func validate(_ duration: Duration?, _ key: String, in range: ClosedRange<Duration>) throws(Problem) {
    guard let duration else { return }
    guard range.contains(duration) else {
      throw Problem(
        .invalid, "\(key) cannot be \(duration.text)", field: key,
        rule: "from \(range.lowerBound.text) to \(range.upperBound.text)")
    }
    guard duration.wholeMicroseconds % 1000 == 0 else {
      throw Problem(.invalid, "\(key) has a part of a millisecond", field: key, rule: "whole milliseconds")
    }
  }

  private static func anchor(_ text: String?) throws(Problem) -> IntervalAnchor {
    guard let text else { return .epoch }
    guard let anchor = IntervalAnchor(rawValue: text) else {
      let known = IntervalAnchor.allCases.map(\.rawValue)
      throw Problem(
        .invalid, "align cannot be \(text)", field: "align", rule: "one of \(known.joined(separator: ", "))",
        hint: text.nearest(among: known).map { "did you mean \($0)?" })
    }
    return anchor
  }

  private struct Reader {
    let members: [String: JSONValue]

    func text(_ key: String, atMost maximum: Int) throws(Problem) -> String? {
      guard let value = members[key] else { return nil }
      guard let text = value.stringValue, !text.isEmpty else {
        throw Problem(.invalid, "\(key) must be a text", field: key)
      }
      guard text.utf8.count <= maximum else {
        throw Problem(.invalid, "\(key) is too long", field: key, rule: "at most \(maximum) bytes")
      }
      return text
    }

    func duration(_ key: String, in range: ClosedRange<Duration>) throws(Problem) -> Duration? {
      guard let value = members[key] else { return nil }
      guard let duration = value.stringValue.flatMap(Duration.init(text:)) else {
        throw Problem(
          .invalid, "\(key) cannot be \(value.serialized)", field: key,
          rule: "from \(range.lowerBound.text) to \(range.upperBound.text)",
          hint: "write a number and ms, s, m, h or d, such as 10s")
      }
      return duration
    }

    func moment(_ key: String) throws(Problem) -> Timestamp? {
      guard let value = members[key] else { return nil }
      guard let moment = value.stringValue.flatMap(Timestamp.init(rfc3339:)) else {
        throw Problem(
          .invalid, "\(key) cannot be \(value.serialized)", field: key,
          rule: "an RFC 3339 time with its offset, such as 2026-12-24T18:00:00Z")
      }
      return moment
    }
  }
}

extension ScheduleRule: Codable {
  public init(from decoder: any Decoder) throws {
    self = try ScheduleRule(decoder.singleValueContainer().decode([String: JSONValue].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(members)
  }
}
