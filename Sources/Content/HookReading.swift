/// What the files of a hook are read with.
struct HookReading: Sendable {
  let runtimes: any RuntimeNaming
  let schedules: ScheduleAdmission
  /// The name of the instance that the hook is for.
  let instance: String
}
