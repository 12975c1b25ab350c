import ArgumentParser

/// A command whose output, errors included, can be JSON.
protocol ReportingCommand: AsyncParsableCommand {
  var isJSON: Bool { get }
}
