/// The words for sets of numbers in cron expressions.
enum CronWords {
  /// `a`, `a and b`, `a, b and c`.
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The numbers in a set of bits, three or more in a row as one range, the others alone.
  static func runs(_ bits: UInt64, in range: ClosedRange<Int>) -> [ClosedRange<Int>] {
    var runs: [ClosedRange<Int>] = []
    for number in bits.places where range.contains(number) {
      if let last = runs.last, last.upperBound == number - 1 {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.flatMap { $0.count == 2 ? [$0.lowerBound...$0.lowerBound, $0.upperBound...$0.upperBound] : [$0] }
  }

  /// `1 to 5 and 9`.
  static func numbers(_ bits: UInt64, in range: ClosedRange<Int>) -> String {
    list(runs(bits, in: range).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" })
  }

  /// `minute 5`, `minutes 5 and 20`.
  static func counted(_ bits: UInt64, _ unit: String) -> String {
    "\(unit)\(bits.nonzeroBitCount == 1 ? "" : "s") \(numbers(bits, in: 0...59))"
  }

  /// `every 15 minutes`, perhaps `from minute 7`, for steps that divide the hour or minute evenly; `nil` for others.
  static func steps(_ bits: UInt64, _ unit: String) -> String? {
    let places = bits.places
    guard places.count > 1, 60 % places.count == 0 else { return nil }
    let step = 60 / places.count
    guard places == Array(stride(from: places[0], to: 60, by: step)), places[0] < step else { return nil }
    return "every \(step) \(unit)s" + (places[0] == 0 ? "" : " from \(unit) \(places[0])")
  }

  /// `Monday to Friday`, `June`.
  static func span(_ run: ClosedRange<Int>, _ names: [String], from first: Int) -> String {
    run.count == 1
      ? names[run.lowerBound - first] : "\(names[run.lowerBound - first]) to \(names[run.upperBound - first])"
  }
}
