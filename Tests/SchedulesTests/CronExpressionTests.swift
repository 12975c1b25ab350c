import Model
import Testing

@testable import Schedules

struct CronExpressionTests {
  private func bits(_ numbers: some Sequence<Int>) -> UInt64 { numbers.reduce(0) { $0 | 1 << UInt64($1) } }

  @Test(arguments: [
    ("*", Array(0...59)), ("?", Array(0...59)), ("*/20", [0, 20, 40]), ("5", [5]), ("5,7", [5, 7]), ("05", [5]),
    ("10-13", [10, 11, 12, 13]), ("10-20/5", [10, 15, 20]), ("50/4", [50, 54, 58]), ("58-1", [58, 59, 0, 1]),
    ("50-10/10", [50, 0, 10]), ("*/60", [0]), ("59-59", [59]), ("0,0-1,*/30", [0, 1, 30]),
  ])
  func minutes(text: String, expected: [Int]) throws {
    #expect(try CronExpression("\(text) * * * *").minutes == bits(expected))
    #expect(try CronExpression("\(text) 1 * * * *").seconds == bits(expected))
  }

  @Test(arguments: [
    ("JAN", [1]), ("feb-apr", [2, 3, 4]), ("Nov-Feb", [11, 12, 1, 2]), ("NOV-4/2", [11, 1, 3]), ("*/5", [1, 6, 11]),
    ("12,jan", [1, 12]),
  ])
  func months(text: String, expected: [Int]) throws {
    #expect(try CronExpression("0 0 1 \(text) *").months == bits(expected))
  }

  @Test(arguments: [
    ("0", [0]), ("7", [0]), ("SUN", [0]), ("5-7", [5, 6, 0]), ("0-7", Array(0...6)), ("FRI-MON", [5, 6, 0, 1]),
    ("7-2", [0, 1, 2]), ("sat-sun", [6, 0]), ("5-1/2", [5, 0]), ("1/2", [1, 3, 5]), ("*/2", [0, 2, 4, 6]),
    ("1-5", [1, 2, 3, 4, 5]), ("7/3", [0]),
  ])
  func weekdays(text: String, expected: [Int]) throws {
    #expect(try CronExpression("0 0 * * \(text)").days.weekdays == bits(expected))
  }

  /// November 2026 has 30 days and begins on a Sunday.
  @Test(arguments: [
    ("L *", [30]), ("L-3 *", [27]), ("LW *", [30]), ("l-1w *", [30]), ("L-2W *", [27]), ("1W *", [2]), ("7W *", [6]),
    ("8W *", [9]), ("15W,28w *", [16, 27]), ("31W *", []), ("* 5L", [27]), ("* FRIL", [27]), ("* 7L", [29]),
    ("* 5#3", [20]), ("* fri#3", [20]), ("* SUN#5", [29]), ("* MON#5", [30]), ("* TUE#5", []),
    ("* MON#1,MON#3", [2, 16]), ("? 1", [2, 9, 16, 23, 30]), ("13 FRI", [6, 13, 20, 27]), ("1,L ?", [1, 30]),
    // A field that begins with a star makes a day need both, whatever follows the star.
    ("*/2 MON", [9, 23]), ("13 */5", [13]), ("*/15,2 1", [2, 16]),
    ("1-30/2 MON", [1, 2, 3, 5, 7, 9, 11, 13, 15, 16, 17, 19, 21, 23, 25, 27, 29, 30]),
    ("2,*/15 MON", [1, 2, 9, 16, 23, 30]),
  ])
  func days(text: String, expected: [Int]) throws {
    let fields = text.split(separator: " ")
    let expression = try CronExpression("0 0 \(fields[0]) * \(fields[1])")
    #expect(UInt64(expression.days.mask(length: 30, first: 0)) == bits(expected))
  }

  /// February 2026 begins on a Sunday and has 28 days, August 2026 on a Saturday and has 31.
  @Test func theEndsOfMonths() throws {
    let workdays = try CronExpression("0 0 1W,LW * *").days
    #expect(UInt64(workdays.mask(length: 28, first: 0)) == bits([2, 27]))
    #expect(UInt64(workdays.mask(length: 31, first: 6)) == bits([3, 31]))
    // May 2026 ends on a Sunday: the nearest workday is not in June.
    #expect(UInt64(workdays.mask(length: 31, first: 5)) == bits([1, 29]))
    #expect(UInt64(try CronExpression("0 0 L-30 * *").days.mask(length: 31, first: 6)) == bits([1]))
    #expect(try CronExpression("0 0 L-30 * *").days.mask(length: 30, first: 6) == 0)
  }

  @Test(arguments: [
    ("@yearly", "0 0 1 1 *"), ("@Annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"), (" @midnight ", "0 0 * * *"), ("@hourly", "0 * * * *"), ("\t0  0\t1 1 * ", "0 0 1 1 *"),
  ])
  func names(text: String, meaning: String) throws {
    let (named, meant) = (try CronExpression(text), try CronExpression(meaning))
    #expect(named.minutes == meant.minutes && named.hours == meant.hours && named.months == meant.months)
    #expect(named.days == meant.days && named.text == text)
  }

  @Test func theSpreadIsByName() throws {
    let parse = { try CronExpression("H H(2-5) H H/4 H", name: $0) }
    #expect(try parse("main/report") == parse("main/report"))
    var minutes: Set<UInt64> = []
    for number in 0..<500 {
      let expression = try parse("main/report\(number)")
      minutes.insert(expression.minutes)
      #expect(expression.minutes.nonzeroBitCount == 1 && expression.hours.nonzeroBitCount == 1)
      #expect(expression.hours & ~bits(2...5) == 0 && expression.days.dates & ~0x1FFF_FFFE == 0)
      #expect(expression.months.nonzeroBitCount == 3)
    }
    #expect(minutes.count > 55)
    // The values must not change with a version: where runs fall would.
    #expect(try CronExpression("H H * * *", name: "main/report").words == "at 05:51 every day")
  }

  @Test func spreadsOfBothKindsAreOne() throws {
    for name in ["a", "b", "c"] {
      #expect(
        try CronExpression("H(0-29) * * * *", name: name).minutes == CronExpression("0~29 * * * *", name: name).minutes)
      #expect(
        try CronExpression("H/15 * * * *", name: name).minutes == CronExpression("~/15 * * * *", name: name).minutes)
      #expect(try CronExpression("H/15 * * * *", name: name).minutes.nonzeroBitCount == 4)
      let tens = try CronExpression("H(10-29)/10 * * * *", name: name).minutes
      #expect(tens.nonzeroBitCount == 2 && tens & ~bits(10...29) == 0)
      #expect(try CronExpression("50~ 0 30~ * *", name: name).minutes & ~bits(50...59) == 0)
      #expect(try CronExpression("~9 0 * * *", name: name).minutes & ~bits(0...9) == 0)
    }
  }

  @Test(
    arguments: [
      ("", 1, "empty"), ("   ", 1, "empty"), ("* * * *", 8, "4 of 5"), ("* * * * * * *", 13, "too many"),
      ("60 * * * *", 1, "60 is no minute"), ("* 24 * * *", 3, "24 is no hour"), ("* * 0 * *", 5, "0 is no day"),
      ("* * 32 * *", 5, "32"), ("* * * 13 *", 7, "13 is no month"), ("* * * * 8", 9, "8 is no day of the week"),
      ("5, * * * *", 3, "missing"), (",5 * * * *", 1, "missing"), ("5,,6 * * * *", 3, "missing"),
      ("5- * * * *", 3, "missing"), ("-5 * * * *", 1, "cannot stand"), ("*/0 * * * *", 3, "step"),
      ("*/ * * * *", 3, "step"), ("*/61 * * * *", 3, "step"), ("1-2-3 * * * *", 4, "- cannot"),
      ("*5 * * * *", 2, "5 cannot"), ("1.5 * * * *", 2, "cannot"), ("99999 * * * *", 1, "too long"),
      ("* * 28-3 * *", 5, "after its end"), ("* * * MON *", 7, "MON is no month"), ("* * * JAM *", 7, "JAM"),
      ("* * * * MOM", 9, "MOM"), ("* * * * FRIDAY", 9, "FRIDAY"), ("L * * * *", 1, "L"), ("* * * * L", 9, "L"),
      ("* * * * 5#6", 11, "number"), ("* * * * 5#", 11, "number"), ("* * 5#3 * *", 6, "# cannot"),
      ("* * * * 15W", 9, "15"), ("15W * * * *", 3, "W cannot"), ("* * L-31 * *", 7, "L-"),
      ("* * 1-5W * *", 8, "W cannot"),
      ("* * * * 1-5L", 12, "L cannot"), ("H( * * * *", 3, "missing"), ("H(5) * * * *", 4, "end"),
      ("H(5-9 * * * *", 6, "closed"), ("H(9-5) * * * *", 3, "after its end"), ("30~10 * * * *", 1, "after its end"),
      ("H(0-60) * * * *", 5, "60"), ("@dayly", 1, "@dayly"), ("@daily 5", 8, "follow"), ("@every 10s", 1, "@every"),
      ("@reboot", 1, "@reboot"), ("* * é * *", 5, "character"), ("* * * * *\n", 10, "character"),
      ("0 0 30 2 *", 5, "30 never comes: February has at most 29 days"),
      ("0 0 0 31 4,6,SEP *", 7, "April and June and September have at most 30"),
      ("0 0 L-29 2 *", 5, "never comes"), ("0 0 30W FEB *", 5, "never comes"), ("0 0 30,31 2 */2", 5, "never comes"),
      ("0 0 */30 2 */7", nil, ""), ("0 0 29 2 */7", nil, ""), ("0 0 31 2 MON", nil, ""), ("0 0 L-28 2 *", nil, ""),
      ("0 0 2 2 */7,1#5", 10, ""),
    ] as [(String, Int?, String)])
  func faults(text: String, column: Int?, message: String) {
    do {
      _ = try CronExpression(text)
      #expect(column == nil || message.isEmpty, "\(text) was admitted")
    } catch {
      #expect(error.column == column && error.message.contains(message), "\(text): \(error)")
      #expect(error.rule != nil)
    }
  }

  @Test(arguments: [
    ("* * * * MOM", "did you mean MON?"), ("* * * * Friday", "did you mean FRI?"),
    ("* * * Sept *", "did you mean SEP?"),
    ("@dayly", "did you mean @daily?"), ("@every 10s", "every:"), ("* 24 * * *", "write 0"),
    ("*/90 * * * *", "every: 90m"),
    ("* * 28-3 * *", "write 28-31,1-3"), ("* * * * L", "5L"), ("* * * FRI *", "FRI is a day of the week"),
    ("0 0 0 1 1 * 2027", "start and end"),
  ])
  func hints(text: String, hint: String) {
    let fault = #expect(throws: CronFault.self) { try CronExpression(text) }
    #expect(fault?.hint?.contains(hint) == true, "\(String(describing: fault))")
    #expect(fault?.problem().field == "cron")
    #expect(fault?.problem().message.hasPrefix("column ") == true)
  }

  @Test("Random texts are read or refused with a column in them", arguments: 0..<8 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    var source = SeededGenerator(seed: seed)
    let words = [
      "*", "/", "-", ",", "#", "L", "W", "H", "~", "(", ")", "?", " ", " ", " ", " ", "0", "1", "2", "5", "31", "59",
      "MON", "jan", "@", "\u{0}", "é", "7", "99999",
    ]
    var admitted = 0
    for _ in 0..<4000 {
      let isFormed = Bool.random(using: &source)
      let text =
        isFormed
        ? (0..<5).map { _ in field(words, &source) }.joined(separator: " ")
        : (0..<Int.random(in: 0..<14, using: &source)).map { _ in words.randomElement(using: &source) ?? "" }.joined()
      do {
        let expression = try CronExpression(text, name: "fuzz")
        admitted += 1
        #expect(expression.local(atOrAfter: 1_770_000_000) != nil && expression.local(atOrBefore: 1_770_000_000) != nil)
        #expect(!expression.words.isEmpty)
      } catch {
        #expect((1...text.unicodeScalars.count + 1).contains(error.column), "\(text): \(error)")
      }
    }
    #expect(admitted > 50)
    for length in [511, 512, 513, 100_000] { _ = try? CronExpression(String(repeating: "1,", count: length / 2)) }
  }

  private func field(_ words: [String], _ source: inout SeededGenerator) -> String {
    let forms = ["*", "*/2", "1", "2-5", "H", "1,2", "L", "MON", "3~5"]
    guard Int.random(in: 0..<5, using: &source) == 0 else { return forms.randomElement(using: &source) ?? "*" }
    return (0..<Int.random(in: 1..<4, using: &source)).map { _ in words.randomElement(using: &source) ?? "" }.joined()
  }
}
