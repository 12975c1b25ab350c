extension ZoneFooter {
  /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`: a name and an offset *behind* UTC, and perhaps a second name, its offset, and
  /// the days between which it holds; `nil` for anything else.
  init?(text: some Collection<UInt8>) {
    guard text.count <= 128 else { return nil }
    var reader = Reader(bytes: Array(text)[...])
    guard reader.name(), let standard = reader.time(upToHour: 24) else { return nil }
    standardOffset = -standard
    guard !reader.bytes.isEmpty else {
      daylight = nil
      return
    }
    guard reader.name() else { return nil }
    var offset = standardOffset + 3600
    if reader.bytes.first != UInt8(ascii: ",") {
      guard let behind = reader.time(upToHour: 24) else { return nil }
      offset = -behind
    }
    guard let start = reader.edge(), let end = reader.edge(), reader.bytes.isEmpty else { return nil }
    daylight = Daylight(offset: offset, start: start, end: end)
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard bytes.first == UInt8(ascii: character) else { return false }
      bytes.removeFirst()
      return true
    }

    /// Three letters or more, or letters, digits and signs in angle brackets.
    mutating func name() -> Bool {
      let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
      guard take("<") else {
        let length = bytes.prefix(while: isLetter).count
        bytes.removeFirst(length)
        return length >= 3
      }
      let length = bytes.prefix { isLetter($0) || $0.isDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        .count
      bytes.removeFirst(length)
      return take(">") && length >= 3
    }

    mutating func number(in range: ClosedRange<Int>) -> Int? {
      let digits = bytes.prefix(while: \.isDigit)
      guard (1...3).contains(digits.count) else { return nil }
      bytes.removeFirst(digits.count)
      let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      return range.contains(number) ? number : nil
    }

    /// Seconds, from a sign and hours, minutes and seconds.
    mutating func time(upToHour hours: Int) -> Int? {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard var seconds = number(in: 0...hours) else { return nil }
      seconds *= 3600
      for unit in [60, 1] where take(":") {
        guard let count = number(in: 0...59) else { return nil }
        seconds += count * unit
      }
      return isNegative ? -seconds : seconds
    }

    mutating func edge() -> Edge? {
      guard take(","), let day = day() else { return nil }
      guard take("/") else { return Edge(day: day, time: 2 * 3600) }
      guard let time = time(upToHour: 167) else { return nil }
      return Edge(day: day, time: time)
    }

    private mutating func day() -> Edge.Day? {
      if take("J") { return number(in: 1...365).map(Edge.Day.ofYear) }
      guard take("M") else { return number(in: 0...365).map(Edge.Day.sinceNewYear) }
      guard let month = number(in: 1...12), take("."), let week = number(in: 1...5), take("."),
        let weekday = number(in: 0...6)
      else { return nil }
      return .ofMonth(month, week: week, weekday: weekday)
    }
  }
}
