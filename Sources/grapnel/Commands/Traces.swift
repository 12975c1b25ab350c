import ArgumentParser

/// `grapnel traces`.
struct Traces: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See what the runs did, repeat one, and end one.",
    subcommands: [TracesList.self, TracesShow.self, TracesReplay.self, TracesCancel.self])
}
