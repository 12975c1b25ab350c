import ArgumentParser
import GrapnelClient
import Model

/// `grapnel records ls`.
struct RecordsList: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List the records of a class, the newest first.",
    discussion: """
      grapnel records ls scores --filter min_points=100 --filter player=ada --sort -points
      """)

  @Argument(help: ArgumentHelp("The class.", valueName: "class"))
  var recordClass: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A condition such as player=ada, min_points=100 or like_name=a*; may be given more than once.",
      valueName: "condition"))
  var filter: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Fields to sort by, -FIELD for downwards: -points,player.", valueName: "fields"))
  var sort: String?

  @Option(help: ArgumentHelp("The most records, from 1 to 1000.", valueName: "number"))
  var limit = 20

  @Option(help: ArgumentHelp("Go on where a page ended: its next_cursor.", valueName: "cursor"))
  var cursor: String?

  @OptionGroup var scope: BucketOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    for text in filter where !text.contains("=") || text.hasPrefix("_") || text.hasPrefix("=") {
      throw ValidationError("a condition is written FIELD=VALUE, such as min_points=100: \(text)")
    }
  }

  func run() async throws {
    let context = CommandContext.current
    let filters = filter.map { text in
      let name = text.prefix { $0 != "=" }
      return RecordQuery.Filter(String(name), String(text.dropFirst(name.count + 1)))
    }
    let page = try await connection.connect().records(
      RecordQuery(
        recordClass, in: scope.bucket, filters: filters, order: sort, limit: limit, cursor: cursor))
    guard !isJSON else { return context.console.print(JSONText.pretty(page)) }
    context.console.print(RecordText.table(page.items, context.console, now: context.clock.now))
    if page.nextCursor != nil { context.console.printError("there are more; --limit shows up to 1000") }
  }
}
