import ArgumentParser

/// `grapnel records`.
struct RecordsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "records", abstract: "Read and change records, and watch them change.",
    discussion: """
      A record is a JSON object of a class. docs/data.md describes filters, orders and fields.
      """,
    subcommands: [
      RecordsList.self, RecordsGet.self, RecordsCreate.self, RecordsPut.self, RecordsPatch.self, RecordsRemove.self,
      RecordsWatch.self,
    ])
}
