import ArgumentParser

/// Which bucket a command is about.
struct BucketOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The bucket; that of the instance main without it.", valueName: "name"))
  var bucket = "main"
}
