import Model

/// Reads one field of a cron expression.
struct CronFieldReader {
  private let field: CronField
  private let word: ArraySlice<UInt8>
  private let hash: StableHash
  private var position: Int
  private var value = CronFieldValue()

  init(field: CronField, word: ArraySlice<UInt8>, hash: StableHash) {
    self.field = field
    self.word = word
    // The fields choose independently of each other.
    var hash = hash
    hash.add(field.rawValue)
    self.hash = hash
    position = word.startIndex
    value.column = word.startIndex + 1
    value.isStar = word.first == UInt8(ascii: "*") || word.first == UInt8(ascii: "?")
  }

  mutating func read(into days: inout CronDays) throws(CronFault) -> CronFieldValue {
    repeat { try term(into: &days) } while take(",")
    guard position == word.endIndex else {
      let character = Unicode.Scalar(word[position])
      throw fault("\(character) cannot stand here", hint: hint(for: character))
    }
    return value
  }

  private mutating func term(into days: inout CronDays) throws(CronFault) {
    guard let next = peek, next != UInt8(ascii: ",") else { throw fault("a value is missing") }
    if take("*") || take("?") {
      let step = try step() ?? 1
      add(field.range, step: step)
      return
    }
    let column = position
    if take("~") { return try spread(from: field.spreadRange.lowerBound, at: column) }
    if takeLetter("h") { return try hashed() }
    if field == .day, takeLetter("l") { return try beforeLast(into: &days) }
    let first = try number()
    if take("~") { return try spread(from: first, at: column) }
    if take("-") { return try range(from: first, at: column) }
    if field == .weekday, try isOfMonth(first % 7, into: &days) { return }
    if field == .day, takeLetter("w") {
      days.nearestToDates |= 1 << first
    } else if let step = try step() {
      add(first...max(first, field.range.upperBound), step: step)
    } else {
      add(first...first, step: 1)
    }
  }

  /// Adds every `step`-th number of a range, which may go beyond the field's last value and then on with its first.
  private mutating func add(_ range: ClosedRange<Int>, step: Int) {
    let size = field.range.count
    for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
      value.values |= 1 << (field.range.lowerBound + (number - field.range.lowerBound) % size)
    }
  }

  private mutating func range(from first: Int, at column: Int) throws(CronFault) {
    let last = try number()
    guard first <= last || field.wraps else {
      throw fault(
        "the range begins after its end", at: column, rule: "the smaller day first",
        hint: "write \(first)-\(field.range.upperBound),\(field.range.lowerBound)-\(last)")
    }
    let end = first <= last ? last : last + field.range.count
    add(first...end, step: try step() ?? 1)
  }

  /// Whether `L` or `#3` stands behind a weekday.
  private mutating func isOfMonth(_ weekday: Int, into days: inout CronDays) throws(CronFault) -> Bool {
    if takeLetter("l") {
      days.lastWeekdays |= 1 << UInt64(weekday)
      return true
    }
    guard take("#") else { return false }
    let column = position
    guard let number = try digits(), (1...5).contains(number) else {
      throw fault(
        "the number of a weekday in its month cannot be this", at: column, rule: "1 to 5", hint: "5L is the last Friday"
      )
    }
    days.numberedWeekdays |= 1 << UInt64(7 * (number - 1) + weekday)
    return true
  }

  /// What follows `L` in the day of the month: nothing, or `-3`, `W`, `-3W`.
  private mutating func beforeLast(into days: inout CronDays) throws(CronFault) {
    var back = 0
    if take("-") {
      let column = position
      guard let number = try digits(), (0...30).contains(number) else {
        throw fault("L- needs the number of days before the last one", at: column, rule: "0 to 30")
      }
      back = number
    }
    if takeLetter("w") {
      days.nearestBeforeLast |= 1 << back
    } else {
      days.datesBeforeLast |= 1 << back
    }
  }

  /// What follows `H`: nothing, or `(0-29)`, `/15`, `(0-29)/10`.
  private mutating func hashed() throws(CronFault) {
    guard take("(") else { return try choice(field.spreadRange) }
    let column = position
    let low = try number()
    guard take("-") else { throw fault("a range of H needs its end", rule: "H(0-29)") }
    let high = try number()
    guard take(")") else { throw fault("the parenthesis of H is not closed", rule: "H(0-29)") }
    return try choice(bounded(low, high, at: column))
  }

  /// What follows `0~`; nothing, or the end of the range.
  private mutating func spread(from low: Int, at column: Int) throws(CronFault) {
    let isEndWritten = peek != nil && peek != UInt8(ascii: ",") && peek != UInt8(ascii: "/")
    let last = low > field.spreadRange.upperBound ? field.range.upperBound : field.spreadRange.upperBound
    let high = isEndWritten ? try number() : last
    return try choice(bounded(low, high, at: column))
  }

  private func bounded(_ low: Int, _ high: Int, at column: Int) throws(CronFault) -> ClosedRange<Int> {
    guard low <= high else {
      throw fault("the range begins after its end", at: column, rule: "the smaller value first")
    }
    return low...high
  }

  /// One value of the range by the schedule's name; with a step, the first of those a step apart.
  private mutating func choice(_ range: ClosedRange<Int>) throws(CronFault) {
    guard let step = try step() else {
      let number = range.lowerBound + hash.number(below: range.count)
      add(number...number, step: 1)
      return
    }
    let first = range.lowerBound + hash.number(below: min(step, range.count))
    add(first...range.upperBound, step: step)
  }

  private mutating func step() throws(CronFault) -> Int? {
    guard take("/") else { return nil }
    let column = position
    let most = field.range.count
    guard let step = try digits(), (1...most).contains(step) else {
      throw fault(
        "the step cannot be this", at: column, rule: "1 to \(most)",
        hint: "a step counts within its field; every: 90m runs in intervals of any length")
    }
    return step
  }

  /// A number or a name of the field.
  private mutating func number() throws(CronFault) -> Int {
    let column = position
    if let number = try digits() {
      guard field.writable.contains(number) else {
        throw fault("\(number) is no \(field.name)", at: column, hint: number == 24 || number == 60 ? "write 0" : nil)
      }
      return number
    }
    let letters = word[position...].prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
    guard !letters.isEmpty else {
      let found = peek.map { "\(Unicode.Scalar($0)) cannot stand here" } ?? "a value is missing"
      throw fault(found, hint: peek.flatMap { hint(for: Unicode.Scalar($0)) })
    }
    let name = String(decoding: letters, as: UTF8.self).uppercased()
    if let index = field.valueNames.firstIndex(of: name) {
      position = letters.endIndex
      return field.range.lowerBound + index
    }
    // FRIL is the last Friday.
    if field == .weekday, name.hasSuffix("L"), let index = field.valueNames.firstIndex(of: String(name.dropLast())) {
      position = letters.endIndex - 1
      return index
    }
    throw unknown(name, at: column)
  }

  private func unknown(_ name: String, at column: Int) -> CronFault {
    if name == "L" {
      return fault("L needs a weekday before it", at: column, rule: field.rule, hint: "5L is the last Friday")
    }
    let full = field.fullNames.firstIndex { $0.uppercased().hasPrefix(name) || name.hasPrefix($0.uppercased()) }
    let nearest = name.count < 3 ? nil : full.map { field.valueNames[$0] } ?? name.nearest(among: field.valueNames)
    let elsewhere = CronField.allCases.first { $0.valueNames.contains(name) }
    return fault(
      "\(name) is no \(field.name)", at: column,
      hint: nearest.map { "did you mean \($0)?" }
        ?? elsewhere.map { "\(name) is a \($0.name); the fields are minute, hour, day, month, weekday" })
  }

  /// A whole number of at most four digits; `nil` if there is no digit.
  private mutating func digits() throws(CronFault) -> Int? {
    let digits = word[position...].prefix(while: \.isDigit)
    guard !digits.isEmpty else { return nil }
    guard digits.count <= 4 else { throw fault("the number is too long") }
    position = digits.endIndex
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private var peek: UInt8? { position < word.endIndex ? word[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// - Parameter letter: in lower case.
  private mutating func takeLetter(_ letter: Unicode.Scalar) -> Bool {
    guard let next = peek, next | 0x20 == UInt8(ascii: letter) else { return false }
    position += 1
    return true
  }

  private func hint(for character: Unicode.Scalar) -> String? {
    switch character {
    case "W", "w": "W stands behind a day of the month, such as 15W"
    case "L", "l": "L stands in the day of the month, or behind a weekday, such as 5L"
    case "#": "# stands behind a weekday, such as 5#3"
    default: nil
    }
  }

  private func fault(_ message: String, at index: Int? = nil, rule: String? = nil, hint: String? = nil) -> CronFault {
    CronFault(column: (index ?? position) + 1, message, rule: rule ?? "\(field.name): \(field.rule)", hint: hint)
  }
}
