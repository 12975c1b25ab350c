import ArgumentParser
import GrapnelClient
import Model

/// `grapnel classes create`.
struct ClassesCreate: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a class.",
    discussion: """
      A field is NAME:TYPE, and what else is true of it after further colons:

        grapnel classes create scores --id integer --field player:string:required --field points:integer:indexed:default=0

      TYPE is string, integer, number, boolean, datetime, object, array or json; further words are required, unique, \
      indexed, readonly, hidden, fixed (it is written once), label=NAME and, as the last, default=JSON. Without fields, records are \
      any JSON objects.
      """)

  @Argument(help: ArgumentHelp("Its name.", valueName: "class"))
  var recordClass: String

  @Option(
    name: .customLong("field"), parsing: .singleValue,
    help: ArgumentHelp("A field; may be given more than once.", valueName: "name:type"))
  var fields: [FieldArgument] = []

  @Option(name: .customLong("id"), help: ArgumentHelp("string (the default), or integer.", valueName: "type"))
  var idType: String?

  @Option(
    name: [.short, .customLong("payload")],
    help: ArgumentHelp(
      "Its data, an object: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json"))
  var data: String?

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard idType.map({ ["string", "integer"].contains($0) }) ?? true else {
      throw ValidationError("--id is string or integer")
    }
  }

  func run() async throws {
    let context = CommandContext.current
    let given = try data.map { try PayloadOption.read($0, option: "--payload", context) } ?? [:]
    guard var members = given.objectValue else {
      throw Problem(.invalid, "the data of a class are an object", field: "--payload")
    }
    if !fields.isEmpty || idType != nil {
      members["fields"] = .array((members["fields"]?.arrayValue ?? []) + fields.map(\.value))
    }
    if let idType { members["id_type"] = .string(idType) }
    let made = try await connection.connect().createClass(recordClass, in: scope.bucket, data: .object(members))
    context.console.print(isJSON ? JSONText.pretty(made) : ClassText.describe(made, context.console))
  }
}
