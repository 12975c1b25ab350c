/// What somebody declares of a trigger: what it looks at, and what must be true of a change for its hook to be run.
public struct TriggerDefinition: Hashable, Sendable {
  /// The longest description, in characters.
  public static let longestDescription = 500
  /// The most members in `fields`.
  public static let mostFields = 32
  /// How long a writer may be kept waiting.
  public static let budgets: ClosedRange<Duration> = .milliseconds(1)...(.seconds(10))
  public static let usualBudget = Duration.seconds(2)
  /// The most bytes of the JSON of its condition.
  public static let longestCondition = 16 << 10

  public var source: TriggerSource
  /// Of events, all.
  public var signals: Set<ChangeSignal>
  /// It fires only if one of these members has changed; with none of them given, whatever has.
  public var fields: [String]
  public var condition: TriggerCondition
  public var moment: TriggerMoment
  /// How long a writer waits for it, if it runs before a change.
  public var budget: Duration
  public var description: String

  public init(
    source: TriggerSource, signals: Set<ChangeSignal> = Set(ChangeSignal.allCases), fields: [String] = [],
    condition: TriggerCondition = TriggerCondition(), moment: TriggerMoment = .after,
    budget: Duration = TriggerDefinition.usualBudget, description: String = ""
  ) {
    self.source = source
    self.signals = signals
    self.fields = fields
    self.condition = condition
    self.moment = moment
    self.budget = budget
    self.description = description
  }

  public var isOfEvents: Bool { source.key == .event }

  /// The name of a trigger that was given none: it says what is declared, and stays as long as that does.
  public var derivedName: String {
    let usual = TriggerDefinition(source: source)
    let words = ([source.key.rawValue] + source.pattern.lowercased().split(separator: ".").map(String.init))
      .map { $0 == TriggerSource.any ? "any" : $0 }
    let name = words.joined(separator: "-")
    var plain = self
    plain.description = ""
    if plain == usual, (try? Name.validate(name, field: "name")) != nil { return name }
    // FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/): it need only tell a hook's few triggers apart.
    var members = members
    members["description"] = nil
    let hash = JSONValue.object(members).serialized.utf8.reduce(UInt32(2_166_136_261)) {
      ($0 ^ UInt32($1)) &* 16_777_619
    }
    let digits = String(hash, radix: 16)
    return "\(source.key.rawValue)-" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Whether a change of something that `source` covers is one that it fires for.
  ///
  /// - Parameters:
  ///   - old: the data before the change; `nil` where there was none.
  ///   - new: the data after it; `nil` where there is none.
  public func admits(_ signal: ChangeSignal, old: JSONValue?, new: JSONValue?) -> Bool {
    guard signals.contains(signal) else { return false }
    var looked = fields
    // A group is who is in it: what else its data say is another matter, unless somebody asks.
    if fields.isEmpty, source.key == .group, signal == .update { looked = ["members"] }
    if !looked.isEmpty {
      let isTouched = looked.contains { !(old?.member(at: $0)).isSame(as: new?.member(at: $0)) }
      guard isTouched else { return false }
    }
    return condition.isEmpty || condition.admits(old: old, new: new)
  }

  /// Whether an event that `source` covers is one that it fires for.
  public func admits(event data: JSONValue) -> Bool {
    condition.isEmpty || condition.admits(old: nil, new: data)
  }

  /// The words for what it looks at, such as `scores: create, update` or `event report.*`.
  public var words: String {
    let signals = ChangeSignal.allCases.filter(signals.contains).map(\.rawValue).joined(separator: ", ")
    let target =
      switch source {
      case .recordClass(TriggerSource.any): "every class: \(signals)"
      case .recordClass(let name): "class \(name): \(signals)"
      case .group(TriggerSource.any): "every group: \(signals)"
      case .group(let name): "group \(name): \(signals)"
      case .account: "accounts: \(signals)"
      case .event(let pattern): "event \(pattern)"
      }
    let touched = fields.isEmpty ? "" : " of \(fields.joined(separator: ", "))"
    return (moment == .before ? "before " : "") + target + touched + (condition.isEmpty ? "" : ", if")
  }
}
