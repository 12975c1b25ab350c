import Model
import Records
import Store

/// The parameters of a query: what of them chooses objects, and what is wrong with them.
struct KintoQuery {
  private(set) var selection = DataSelection()
  private(set) var faults: [DataFault] = []
  /// The members that shall be shown; `nil` for all.
  private(set) var fields: FieldSelection?
  /// The moment that a deletion shall bear.
  private(set) var modified: Int64?
  /// Whether the query uses a parameter that is going to go.
  private(set) var isDeprecated = false
  /// The parameters as they were written, without those of the page.
  private(set) var kept: [Substring] = []

  /// Parameters that classes with fields of their own take; to all others they are filters as any other.
  private static let asked = ["depth", "shape", "backrefs"]
  private static let askedOfWrites = ["mode", "displace"]

  /// Beyond this far ahead of now no timestamp is taken for one.
  private static let future: Int64 = 86_400_000

  /// - Parameters:
  ///   - isList: whether it chooses from a list; of an object it says only what of it is shown.
  ///   - now: milliseconds since 1970.
  init(_ text: String, isList: Bool, now: Int64) {
    guard !text.isEmpty else { return }
    guard text.utf8.count <= KintoConfiguration.queryMax else {
      fault(nil, "the query is too long: at most \(KintoConfiguration.queryMax) bytes are taken")
      return
    }
    var parameters: [(name: String, values: [String])] = []
    var places: [String: Int] = [:]
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentText.decode(pair[0], plusIsSpace: true),
        let value = PercentText.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
      else {
        fault(nil, "the query is not UTF-8")
        return
      }
      guard !name.utf8.contains(0), !value.utf8.contains(0) else {
        fault(nil, "the query has a NUL in it")
        return
      }
      let trimmed = Self.trimmed(name)
      if trimmed != "_limit", trimmed != "_token" { kept.append(part) }
      if let place = places[trimmed] {
        parameters[place].values.append(value)
      } else {
        places[trimmed] = parameters.count
        parameters.append((trimmed, [value]))
      }
    }
    let last = { (name: String) in places[name].flatMap { parameters[$0].values.last } }
    for name in isList ? Self.asked : Self.asked + Self.askedOfWrites { selection.asked[name] = last(name) }
    if let text = last("_fields"), !text.isEmpty {
      fields = FieldSelection(text)
      if fields == nil { fault("_fields", "at most \(KintoConfiguration.fieldsMax) fields can be chosen") }
    }
    guard isList else {
      if let text = last("last_modified") { modified = timestamp(text, of: "last_modified") }
      return
    }
    if let text = last("_sort") { sort(text) }
    for (name, values) in parameters { take(name, values, now: now) }
    if selection.filters.count > KintoConfiguration.filtersMax {
      fault(nil, "at most \(KintoConfiguration.filtersMax) filters are taken")
    }
    if let text = last("_limit") { limit(text) }
    if let text = last("_token"), !text.isEmpty { token(text) }
  }

  private mutating func fault(_ name: String?, _ text: String) {
    faults.append(DataFault(.querystring, name, text))
  }

  private static func trimmed(_ text: String) -> String {
    guard text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  // Filters

  private mutating func take(_ name: String, _ values: [String], now: Int64) {
    switch name {
    case "_since": bound(name, values, now: now) { .greater($0) }
    case "_before": bound(name, values, now: now) { .less($0) }
    case "_to":
      isDeprecated = true
      bound(name, values, now: now) { .less($0) }
    case _ where name.hasPrefix("_"): break
    default: filter(name, values, now: now)
    }
  }

  private mutating func bound(
    _ name: String, _ values: [String], now: Int64, _ test: (JSONValue) -> FieldFilter.Test
  ) {
    selection.includesDeleted = true
    guard let text = values.last, text != "null" else { return }
    guard let moment = timestamp(text, of: name, before: now + Self.future) else { return }
    selection.filters.append(FieldFilter(.modified, test(.int(moment))))
  }

  private mutating func filter(_ name: String, _ values: [String], now: Int64) {
    let (operation, field) = Operation.split(name)
    let reference: FieldReference =
      switch field {
      case "id": .id
      case "last_modified": .modified
      case "deleted": .deleted
      default: .member(field)
      }
    if reference == .modified { selection.includesDeleted = true }
    guard values.count == 1, let text = values.first else {
      // No value is several at once.
      selection.filters.append(FieldFilter(reference, .equal(.array(values.map { .string($0) }))))
      return
    }
    guard let test = test(operation, reference, name, text, now: now) else { return }
    selection.filters.append(FieldFilter(reference, test))
  }

  private mutating func test(
    _ operation: Operation, _ field: FieldReference, _ name: String, _ text: String, now: Int64
  ) -> FieldFilter.Test? {
    switch operation {
    case .has: return .exists(Self.isTrue(Self.value(text)))
    case .like:
      // What is a value of JSON is one, and only texts are alike.
      guard let pattern = Self.value(text).stringValue, field != .modified else {
        fault(name, "Value must be a string")
        return nil
      }
      return .like(pattern)
    case .in, .exclude:
      guard field != .modified else {
        fault(name, "several moments cannot be asked for")
        return nil
      }
      let values = text.split(separator: ",").map { Self.value(String($0)) }
      guard values.count <= KintoConfiguration.valuesMax else {
        fault(name, "at most \(KintoConfiguration.valuesMax) values are taken")
        return nil
      }
      guard field != .id || values.allSatisfy({ isID($0, name) }) else { return notAnID(name) }
      return operation == .in ? .among(values) : .notAmong(values)
    case .contains, .containsAny:
      guard field != .id, field != .modified else {
        fault(name, "it is no array")
        return nil
      }
      let value = Self.value(text)
      let values = value.arrayValue ?? [value]
      guard values.count <= KintoConfiguration.valuesMax else {
        fault(name, "at most \(KintoConfiguration.valuesMax) values are taken")
        return nil
      }
      return operation == .contains ? .contains(values) : .containsAny(values)
    case .equal, .not, .greater, .atLeast, .less, .atMost:
      var value = Self.value(text)
      if field == .modified {
        guard let moment = timestamp(text, of: name, before: now + Self.future) else { return nil }
        value = .int(moment)
      } else if field == .id, !isID(value, name) {
        return notAnID(name)
      }
      return operation.comparison(value)
    }
  }

  /// Whether a value may be an id: a text, or, in classes whose ids are numbers, one of those.
  private mutating func isID(_ value: JSONValue, _ name: String) -> Bool {
    guard value.stringValue == nil else { return true }
    guard value.intValue != nil, case .int = value else { return false }
    selection.numberFaults.append(DataFault(.querystring, name, "the value of an id is a string"))
    return true
  }

  private mutating func notAnID(_ name: String) -> FieldFilter.Test? {
    fault(name, "the value of an id is a string")
    return nil
  }

  /// The value that a text stands for: that of the JSON that it is, or else the text itself.
  private static func value(_ text: String) -> JSONValue {
    (try? JSONReader.read(text.utf8, depthMax: 16)) ?? .string(text)
  }

  private static func isTrue(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  /// A moment in milliseconds, plain or in double quotes.
  private mutating func timestamp(_ text: String, of name: String, before most: Int64 = .max) -> Int64? {
    var digits = Substring(text)
    if digits.utf8.count > 2, digits.first == "\"", digits.last == "\"" { digits = digits.dropFirst().dropLast() }
    let isNumber = digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, let moment = Int64(digits), moment < most else {
      fault(name, "Invalid value for \(name)")
      return nil
    }
    return moment
  }

  // Order and pages

  private mutating func sort(_ text: String) {
    var order: [FieldOrder] = []
    for part in text.split(separator: ",") {
      var name = part.drop { $0 == " " }
      var isDescending = false
      if let sign = name.first, sign == "-" || sign == "+" {
        isDescending = sign == "-"
        name = name.dropFirst()
      }
      guard !name.isEmpty, name.utf8.allSatisfy(Operation.isNameByte) else { continue }
      let field: FieldReference =
        switch name {
        case "id": .id
        case "last_modified": .modified
        case "deleted": .deleted
        default: .member(String(name))
        }
      order.append(FieldOrder(field, isDescending: isDescending))
    }
    if !order.contains(where: { $0.field == .modified }) {
      order.append(FieldOrder(.modified, isDescending: true))
      selection.endsByTime = true
    }
    guard order.count <= KintoConfiguration.sortKeysMax + 1 else {
      fault("_sort", "at most \(KintoConfiguration.sortKeysMax) fields are sorted by")
      return
    }
    selection.order = order
  }

  private mutating func limit(_ text: String) {
    guard !text.isEmpty else { return }
    let number = Self.value(text).doubleValue
    guard let number, number >= 0, number < 9.3e18, Self.value(text).stringValue == nil else {
      fault("_limit", "_limit should be an integer")
      return
    }
    guard let limit = Self.value(text).intValue ?? Int64(exactly: number.rounded(.down)) else {
      fault("_limit", "_limit should be an integer")
      return
    }
    selection.limit = Int(clamping: limit)
  }

  private mutating func token(_ text: String) {
    guard let after = PageToken.decode(text, keys: selection.order.count) else {
      fault("_token", "_token has invalid content")
      return
    }
    selection.after = after
  }
}
