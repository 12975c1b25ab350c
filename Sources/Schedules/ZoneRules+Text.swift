public import Model

extension ZoneRules {
  /// A moment as the zone's clocks show it, to the second and with their offset, such as `2026-12-24T18:00:00+01:00`
  /// (RFC 3339). An offset that is no whole number of minutes cannot be written; the moment is given in UTC then.
  public func text(of moment: Timestamp) -> String {
    let offset = offset(at: moment)
    guard offset % 60 == 0 else { return "\(Self.civil(moment, offset: 0))Z" }
    let minutes = abs(offset) / 60
    let zone = offset == 0 ? "Z" : "\(offset < 0 ? "-" : "+")\((minutes / 60).digits(2)):\((minutes % 60).digits(2))"
    return Self.civil(moment, offset: offset) + zone
  }

  private static func civil(_ moment: Timestamp, offset: Int) -> String {
    let local = Int(moment.microseconds).floored(by: 1_000_000) + offset
    let date = CivilDate(daysSinceEpoch: local.floored(by: 86_400))
    let time = local.modulo(86_400)
    return "\(date.year.digits(4))-\(date.month.digits(2))-\(date.day.digits(2))"
      + "T\((time / 3600).digits(2)):\((time / 60 % 60).digits(2)):\((time % 60).digits(2))"
  }
}
