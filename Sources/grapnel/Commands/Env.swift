import ArgumentParser

/// `grapnel env`.
struct Env: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Set, list and remove variables, configuration values and secrets.",
    subcommands: [EnvSet.self, EnvList.self, EnvRemove.self])
}
