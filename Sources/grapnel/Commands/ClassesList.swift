import ArgumentParser
import GrapnelClient
import Model

/// `grapnel classes ls`.
struct ClassesList: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the classes of a bucket.")

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect()
    let page = try await client.all { try await client.classes(in: scope.bucket, cursor: $0) }
    guard !isJSON else { return context.console.print(JSONText.pretty(page)) }
    var table = Table("CLASS", "CHANGED", "FIELDS")
    for each in page.items {
      let fields = each["fields"]?.arrayValue?.compactMap { $0["label"]?.stringValue ?? $0["name"]?.stringValue }
      table.append(
        .init(RecordText.id(each)), .init(RecordText.age(each, context.clock.now)),
        .init(fields.map { $0.joined(separator: ", ") } ?? "any"))
    }
    context.console.print(
      table.text(context.console, empty: "no classes; `grapnel classes create NAME` makes one"))
  }
}
