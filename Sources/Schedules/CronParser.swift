import Model

/// Reads a cron expression.
struct CronParser {
  private static let aliases = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]
  private static let form =
    "5 fields (minute, hour, day of the month, month, day of the week), or 6 with the second first"

  private let text: String
  private let name: String
  /// What the fields of days say, once they are read.
  private(set) var days = CronDays()

  /// - Parameter name: decides what `H` and `~` choose.
  init(_ text: String, name: String) throws(CronFault) {
    guard text.utf8.count <= CronExpression.maximumLength else {
      throw CronFault(
        column: CronExpression.maximumLength + 1, "the expression is too long",
        rule: "at most \(CronExpression.maximumLength) bytes")
    }
    if let index = text.unicodeScalars.firstIndex(where: { !(0x20...0x7E).contains($0.value) && $0 != "\t" }) {
      let column = text.unicodeScalars.distance(from: text.unicodeScalars.startIndex, to: index) + 1
      throw CronFault(column: column, "this character cannot stand here", rule: "printable ASCII and spaces")
    }
    self.text = text
    self.name = name
  }

  /// Reads the fields; that of the second is missing where there are five.
  mutating func fields() throws(CronFault) -> [CronField: CronFieldValue] {
    var words = Self.words(of: Array(text.utf8))
    guard let first = words.first else { throw CronFault(column: 1, "the expression is empty", rule: Self.form) }
    if first.first == UInt8(ascii: "@") {
      words = Self.words(of: Array(try alias(words).utf8))
    }
    guard words.count <= 6 else {
      throw CronFault(
        column: words[6].startIndex + 1, "this is one field too many", rule: Self.form,
        hint: "a field for the year is not supported; start and end bound a schedule")
    }
    guard words.count >= 5 else {
      throw CronFault(column: text.utf8.count + 1, "the expression has \(words.count) of 5 fields", rule: Self.form)
    }
    let names = words.count == 6 ? CronField.allCases : Array(CronField.allCases.dropFirst())
    var fields: [CronField: CronFieldValue] = [:]
    for (field, word) in zip(names, words) {
      var reader = CronFieldReader(field: field, word: word, hash: StableHash(name))
      fields[field] = try reader.read(into: &days)
    }
    days.dates = UInt32(truncatingIfNeeded: fields[.day]?.values ?? 0)
    days.weekdays = fields[.weekday]?.values ?? 0
    days.areBothNeeded = fields[.day]?.isStar == true || fields[.weekday]?.isStar == true
    return fields
  }

  private func alias(_ words: [ArraySlice<UInt8>]) throws(CronFault) -> String {
    let name = String(decoding: words[0], as: UTF8.self).lowercased()
    let column = words[0].startIndex + 1
    guard let expression = Self.aliases[name] else {
      let known = Self.aliases.keys.sorted()
      let hint =
        switch name {
        case "@every": "write every: and the duration instead of cron:"
        case "@reboot": "a schedule runs by the clock alone"
        default: name.nearest(among: known).map { "did you mean \($0)?" }
        }
      throw CronFault(
        column: column, "\(name) is not known", rule: "one of \(known.joined(separator: ", "))", hint: hint)
    }
    guard words.count == 1 else {
      throw CronFault(column: words[1].startIndex + 1, "nothing can follow \(name)", rule: "\(name) alone")
    }
    return expression
  }

  /// Why no day is ever one of the fields.
  func impossibility(_ fields: [CronField: CronFieldValue]) -> CronFault {
    var byDate = days
    byDate.areBothNeeded = true
    byDate.weekdays = 0x7F
    let months = CronField.month.fullNames.indices.filter { (fields[.month]?.values ?? 0) & 2 << $0 != 0 }
    let names = months.map { CronField.month.fullNames[$0] }
    let isDateAlone = !CronExpression(text: text, fields: fields, days: byDate).isPossible
    let longest = months.map { CivilDate.length(ofMonth: $0 + 1, in: 2000) }.max() ?? 31
    let column = fields[.day]?.column ?? 1
    let written = String(text.dropFirst(column - 1).prefix { $0 != " " && $0 != "\t" })
    guard isDateAlone else {
      return CronFault(
        column: fields[.weekday]?.column ?? 1, "no day is ever one of both fields of days",
        rule: "a field that begins with * makes a day need both fields",
        hint: "begin neither field with *, and one of either is enough")
    }
    return CronFault(
      column: column,
      "\(written) never comes: \(names.joined(separator: " and ")) \(names.count == 1 ? "has" : "have") at most "
        + "\(longest) days",
      rule: "a day that at least one of the months has",
      hint: "L is the last day of every month")
  }

  private static func words(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }
}
