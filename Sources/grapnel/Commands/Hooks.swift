import ArgumentParser

/// `grapnel hooks`.
struct Hooks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See and change the hooks that the server has.",
    subcommands: [
      HooksList.self, HooksShow.self, HooksVersions.self, HooksRollback.self, HooksDisable.self, HooksEnable.self,
      HooksRename.self, HooksRemove.self,
    ])
}
