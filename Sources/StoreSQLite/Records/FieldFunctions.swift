import Foundation
import GRDB
import GRDBSQLite

/// Functions of ours for SQL on the data of objects. SQLite's own know neither names with dots in them, nor that a whole
/// number and a fraction may be equal within an array, nor how much they have read.
///
/// - `begin_scan()` starts to count what the connection reads.
/// - `count_read(row)` counts an object, and is true.
/// - `field_key(row, data, path)` is the `SortKey` of a member.
/// - `field_like(row, data, path, pattern)` says whether its text is like the pattern.
/// - `field_contains(row, data, path, elements)` says whether it is an array that has all of these elements, which are a
///   JSON array; `field_contains_any` whether it has one of them.
/// - `text_like(row, text, pattern)` says whether the text is like the pattern.
///
/// All but the first count the row, and fail when there are too many (`ScanMeter`).
enum FieldFunctions {
  private typealias Arguments = UnsafeMutablePointer<OpaquePointer?>

  static func register(in database: Database, bounds: ScanMeter.Bounds) throws {
    let meter = ScanMeter(bounds: bounds)
    try add("begin_scan", 0, to: database, meter) { context, _, _ in
      FieldFunctions.meter(of: context).begin()
      sqlite3_result_null(context)
    }
    try add("count_read", 1, to: database, meter) { context, _, arguments in
      guard let arguments else { return }
      if FieldFunctions.meter(of: context).read(sqlite3_value_int64(arguments[0]), bytes: 0) {
        sqlite3_result_int(context, 1)
      } else {
        sqlite3_result_error(context, ScanMeter.refusal, -1)
      }
    }
    try add("field_key", 3, to: database, meter) { context, _, arguments in
      FieldFunctions.withMember(context, arguments) { place, text in
        FieldFunctions.answer(context, place.map { SortKey(valueAt: $0, of: text) } ?? .missing)
      }
    }
    try add("field_like", 4, to: database, meter) { context, _, arguments in
      FieldFunctions.withMember(context, arguments) { place, text in
        let pattern = FieldFunctions.pattern(context, arguments, at: 3)
        sqlite3_result_int(context, place.map { FieldFunctions.isLike(pattern, $0, of: text) } ?? false ? 1 : 0)
      }
    }
    try add("text_like", 3, to: database, meter) { context, _, arguments in
      guard let arguments, FieldFunctions.count(context, arguments) else { return }
      let pattern = FieldFunctions.pattern(context, arguments, at: 2)
      sqlite3_result_int(context, pattern.matches(FieldFunctions.bytes(arguments[1])) ? 1 : 0)
    }
    try add("field_contains", 4, to: database, meter) { context, _, arguments in
      FieldFunctions.withMember(context, arguments) { place, text in
        let wanted = FieldFunctions.elements(context, arguments)
        let found = place.flatMap { FieldFunctions.elements(of: text, at: $0) }
        sqlite3_result_int(context, found.map { wanted.keys.isSubset(of: $0) } ?? false ? 1 : 0)
      }
    }
    try add("field_contains_any", 4, to: database, meter) { context, _, arguments in
      FieldFunctions.withMember(context, arguments) { place, text in
        let wanted = FieldFunctions.elements(context, arguments)
        let found = place.flatMap { FieldFunctions.elements(of: text, at: $0) }
        sqlite3_result_int(context, found.map { !wanted.keys.isDisjoint(with: $0) } ?? false ? 1 : 0)
      }
    }
  }

  private static func add(
    _ name: String, _ count: Int32, to database: Database, _ meter: ScanMeter,
    _ function: @convention(c) (OpaquePointer?, Int32, Arguments?) -> Void
  ) throws {
    // Not allowed in the schema, and they are not deterministic to SQLite: each counts what it reads.
    let code = sqlite3_create_function_v2(
      database.sqliteConnection, name, count, SQLITE_UTF8 | SQLITE_DIRECTONLY,
      Unmanaged.passRetained(meter).toOpaque(), function, nil, nil
    ) { meter in
      if let meter { Unmanaged<ScanMeter>.fromOpaque(meter).release() }
    }
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code), message: name) }
  }

  private static func meter(of context: OpaquePointer?) -> ScanMeter {
    // It was given with the function, and lives as long as that.
    Unmanaged<ScanMeter>.fromOpaque(sqlite3_user_data(context)).takeUnretainedValue()
  }

  /// Counts the row that the first two arguments are. False if it is one too many, which the context then says.
  private static func count(_ context: OpaquePointer?, _ arguments: Arguments) -> Bool {
    let size = Int(sqlite3_value_bytes(arguments[1]))
    if meter(of: context).read(sqlite3_value_int64(arguments[0]), bytes: size) { return true }
    sqlite3_result_error(context, ScanMeter.refusal, -1)
    return false
  }

  private static func withMember(
    _ context: OpaquePointer?, _ arguments: Arguments?, _ body: (Range<Int>?, JSONText) -> Void
  ) {
    guard let arguments, count(context, arguments) else { return }
    let path = remembered(context, 2) { FieldPath(bytes(arguments[2])) }
    let text = JSONText(bytes(arguments[1]))
    body(path.find(in: text), text)
  }

  private static func pattern(_ context: OpaquePointer?, _ arguments: Arguments?, at index: Int32) -> LikePattern {
    remembered(context, index) {
      LikePattern(arguments.map { String(decoding: bytes($0[Int(index)]), as: UTF8.self) } ?? "")
    }
  }

  private static func isLike(_ pattern: LikePattern, _ place: Range<Int>, of text: JSONText) -> Bool {
    switch text[place.lowerBound] {
    case UInt8(ascii: "n"): return false
    case JSONText.quote:
      var plain: [UInt8] = []
      text.appendString(at: place.lowerBound + 1..<max(place.lowerBound + 1, place.upperBound - 1), to: &plain)
      return pattern.matches(plain)
    default: return pattern.matches(text.bytes[place])
    }
  }

  private final class Elements {
    let keys: Set<SortKey>

    init(_ keys: Set<SortKey>) {
      self.keys = keys
    }
  }

  private static func elements(_ context: OpaquePointer?, _ arguments: Arguments?) -> Elements {
    remembered(context, 3) {
      let text = JSONText(arguments.map { bytes($0[3]) } ?? UnsafeBufferPointer(start: nil, count: 0))
      return Elements(elements(of: text, at: 0..<text.bytes.count) ?? [])
    }
  }

  private static func elements(of text: JSONText, at place: Range<Int>) -> Set<SortKey>? {
    guard text[place.lowerBound] == JSONText.openArray else { return nil }
    var keys: Set<SortKey> = []
    text.forEachElement(from: place.lowerBound) { keys.insert(SortKey(valueAt: $0, of: text)) }
    return keys
  }

  /// What was made of an argument that is the same for every row, made once for a statement.
  private static func remembered<Value: AnyObject>(
    _ context: OpaquePointer?, _ index: Int32, _ make: () -> Value
  ) -> Value {
    if let known = sqlite3_get_auxdata(context, index) {
      return Unmanaged<Value>.fromOpaque(known).takeUnretainedValue()
    }
    let value = make()
    sqlite3_set_auxdata(context, index, Unmanaged.passRetained(value).toOpaque()) { known in
      if let known { Unmanaged<AnyObject>.fromOpaque(known).release() }
    }
    return value
  }

  private static func bytes(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
    // In this order: the first call may change how the value is kept.
    let start = sqlite3_value_blob(value)
    return UnsafeBufferPointer(
      start: start?.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_value_bytes(value)))
  }

  private static func answer(_ context: OpaquePointer?, _ key: SortKey) {
    key.bytes.withUnsafeBytes { bytes in
      // The destructor -1 makes SQLite copy the bytes.
      sqlite3_result_blob(
        context, bytes.baseAddress, Int32(bytes.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }
  }
}
