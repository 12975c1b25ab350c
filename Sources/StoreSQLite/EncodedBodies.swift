import Foundation
import GRDB
import Model

/// The bodies of a run with their values written out, which the caller's task does so that the writer need not.
struct EncodedBodies: Sendable {
  private let bodies: RunBodies
  private let payload: String?
  private let result: String?
  private let response: String?

  init(_ bodies: RunBodies) {
    self.bodies = bodies
    payload = bodies.payload?.serialized
    result = bodies.result?.serialized
    response = bodies.response?.stored.serialized
  }

  /// About how much they hold in memory.
  var bytes: Int {
    bodies.input.count + bodies.output.count + bodies.errorOutput.count + (payload?.utf8.count ?? 0)
      + (result?.utf8.count ?? 0) + (response?.utf8.count ?? 0)
  }

  /// Writes the bodies of a run, over those that are there.
  func write(of run: ID<Run>, to database: Database) throws {
    try database.run(
      """
      INSERT INTO run_bodies (
        run, payload, input, is_input_cut, output, is_output_cut, error_output, is_error_output_cut, result, response)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run) DO UPDATE SET
        payload = excluded.payload, input = excluded.input, is_input_cut = excluded.is_input_cut,
        output = excluded.output, is_output_cut = excluded.is_output_cut, error_output = excluded.error_output,
        is_error_output_cut = excluded.is_error_output_cut, result = excluded.result, response = excluded.response
      """,
      [
        run.text, payload, Data(bodies.input), bodies.isInputCut, Data(bodies.output), bodies.isOutputCut,
        Data(bodies.errorOutput), bodies.isErrorOutputCut, result, response,
      ])
  }
}

extension RunBodies {
  /// The columns that `init(_:)` reads, of `run_bodies` as `b`.
  static let columns = """
    b.payload, b.input, b.is_input_cut, b.output, b.is_output_cut, b.error_output, b.is_error_output_cut, b.result, \
    b.response
    """

  init(_ columns: inout ColumnReader) throws {
    self.init(
      payload: try columns.optionalJSON(), input: try columns.bytes(), isInputCut: try columns.next(),
      output: try columns.bytes(), isOutputCut: try columns.next(), errorOutput: try columns.bytes(),
      isErrorOutputCut: try columns.next(), result: try columns.optionalJSON(),
      response: try columns.optionalCoded())
  }
}
