import ArgumentParser

/// Which instance a command is about.
struct InstanceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The instance; without it the key's own, otherwise main.", valueName: "name"))
  var instance: String?
}
