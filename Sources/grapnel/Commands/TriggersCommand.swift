import ArgumentParser

/// `grapnel triggers`.
struct TriggersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "triggers", abstract: "See, make and change what starts hooks when something happens.",
    discussion: """
      Triggers that a hook's hook.yaml declares come and go with the hook. `add` makes one beside them. A trigger is \
      named by its hook and its own name, such as mailer/class-scores, or by its id.
      """,
    subcommands: [
      TriggersList.self, TriggersAdd.self, TriggersShow.self, TriggersDisable.self, TriggersEnable.self,
      TriggersRemove.self,
    ])
}
