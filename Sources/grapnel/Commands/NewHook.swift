import ArgumentParser
import Model

/// `grapnel new`.
struct NewHook: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write the folder of a new hook that works as it is.")

  @Argument(help: "The hook's name: a-z, 0-9, - and _.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "What it is written in: \(HookTemplate.runtimes.joined(separator: ", ")).", valueName: "runtime"))
  var runtime: String

  @Option(help: ArgumentHelp("The folder of hooks.", valueName: "folder"))
  var dir = "hooks"

  var isJSON: Bool { false }

  func run() async throws {
    let context = CommandContext.current
    let template = try HookTemplate(runtime: runtime, name: name)
    let folder = context.absolute(dir)
    try Name.validate(name, field: "NAME")
    _ = try HookFolderWriter(folder: folder).write(template, name: name)
    for file in template.files { context.console.print("wrote \(dir)/\(name)/\(file.path)") }
    context.console.print("try: grapnel run \(name) -d '{\"name\": \"Ada\"}'")
  }
}
