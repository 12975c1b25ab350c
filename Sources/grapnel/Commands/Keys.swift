import ArgumentParser

/// `grapnel keys`.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make, list and remove keys.", subcommands: [KeysCreate.self, KeysList.self, KeysRemove.self])
}
