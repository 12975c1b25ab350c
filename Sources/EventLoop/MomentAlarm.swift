public import Model

/// Calls back at a moment of the clock that it goes by: the machine's, or that of a test.
@LoopActor
public protocol MomentAlarm: AnyObject, Sendable {
  /// Sets the alarm in place of the one before; for a moment that is past it fires at once.
  func set(at moment: Timestamp)

  /// Nothing is called until `set`.
  func clear()

  func close()
}

/// Makes an alarm that calls back whenever its moment has come or its clock was set.
public typealias MomentAlarmMaker =
  @LoopActor @Sendable (_ onFire: @escaping @LoopActor (WallClockAlarm.Event) -> Void) throws -> any MomentAlarm

extension WallClockAlarm: MomentAlarm {}
