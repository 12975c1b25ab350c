import ArgumentParser

/// `grapnel schedules`.
struct SchedulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedules", abstract: "See, make and change what starts hooks by the clock.",
    discussion: """
      Schedules that a hook's hook.yaml declares come and go with the hook. `add` makes one beside them. A schedule is \
      named by its hook and its own name, such as report/nightly, or by its id.
      """,
    subcommands: [
      SchedulesList.self, SchedulesAdd.self, SchedulesShow.self, SchedulesNext.self, SchedulesRun.self,
      SchedulesDisable.self, SchedulesEnable.self, SchedulesRemove.self,
    ])
}
