import ArgumentParser

/// `grapnel classes`.
struct ClassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classes", abstract: "See, make and remove classes of records.",
    subcommands: [ClassesList.self, ClassesShow.self, ClassesCreate.self, ClassesRemove.self])
}
