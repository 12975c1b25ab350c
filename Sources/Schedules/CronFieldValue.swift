/// What one field of a cron expression says.
struct CronFieldValue: Hashable, Sendable {
  /// Bit n: the value n.
  var values: UInt64 = 0
  /// Where it begins in the text, from 1.
  var column = 1
  /// Whether its first character is `*` or `?`, which is what Vixie's rule for the two fields of days looks at.
  var isStar = false
}
