import ArgumentParser

/// `grapnel dead-letters`.
struct DeadLetters: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead-letters", abstract: "See runs whose last attempt failed, and run them again.",
    subcommands: [DeadLettersList.self, DeadLettersRedrive.self, DeadLettersRemove.self])
}
