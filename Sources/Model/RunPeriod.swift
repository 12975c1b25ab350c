/// What the runs of one hook came to in a span of time, by when they ended.
public struct RunPeriod: Hashable, Sendable {
  /// What stands for a hook's name in figures of runs whose hooks were too many to be told apart. No hook can have it.
  public static let otherHooks = "_other"
  /// The shortest span, and what every other is a multiple of.
  public static let shortest = Duration.seconds(60)

  public var instance: ID<Instance>
  /// The name that the hook had; empty for code that was never saved.
  public var hookName: String
  public var start: Timestamp
  public var figures: RunFigures

  public init(instance: ID<Instance>, hookName: String, start: Timestamp, figures: RunFigures) {
    self.instance = instance
    self.hookName = hookName
    self.start = start
    self.figures = figures
  }
}
