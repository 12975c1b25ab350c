import Foundation
import GRDB
import Model

/// The bodies of a run with their values written out, which the caller's task does so that the writer need not.
struct EncodedBodies: Sendable {
  private let bodies: RunBodies
  private let payload: String?
  private let result: String?
  private let response: String?
  /// About how many bytes the run takes, as `usage` counts them.
  let usage: Int64

  init(_ bodies: RunBodies) {
    self.bodies = bodies
    payload = bodies.payload?.serialized
    result = bodies.result?.serialized
    response = bodies.response?.stored.serialized
    // As LENGTH of SQLite has it: the bytes of a BLOB, the characters of a TEXT.
    let texts = [payload, result].reduce(0) { $0 + ($1?.unicodeScalars.count ?? 0) }
    usage = Int64(512 + bodies.input.count + bodies.output.count + bodies.errorOutput.count + texts)
  }

  /// About how much they hold in memory.
  var bytes: Int {
    bodies.input.count + bodies.output.count + bodies.errorOutput.count + (payload?.utf8.count ?? 0)
      + (result?.utf8.count ?? 0) + (response?.utf8.count ?? 0)
  }

  /// Inserts the bodies of a run that was just inserted, and counts what both take.
  func insert(of run: Run, into database: Database) throws {
    try insertUncounted(of: run.id, into: database)
    try database.addUsage(of: "runs", run.instance, count: 1, bytes: usage)
  }

  /// As `insert`, for a caller that counts many at once.
  func insertUncounted(of run: ID<Run>, into database: Database) throws {
    try database.run(
      """
      INSERT INTO run_bodies (
        payload, input, is_input_cut, output, is_output_cut, error_output, is_error_output_cut, result, response, run)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, columns(of: run))
  }

  /// Writes the bodies of a run over those that it has.
  func replace(of run: ID<Run>, in database: Database) throws {
    try database.run(
      """
      UPDATE run_bodies SET
        payload = ?, input = ?, is_input_cut = ?, output = ?, is_output_cut = ?, error_output = ?,
        is_error_output_cut = ?, result = ?, response = ?
      WHERE run = ?
      """, columns(of: run))
  }

  private func columns(of run: ID<Run>) -> [(any DatabaseValueConvertible)?] {
    [
      payload, Data(bodies.input), bodies.isInputCut, Data(bodies.output), bodies.isOutputCut,
      Data(bodies.errorOutput), bodies.isErrorOutputCut, result, response, run.text,
    ]
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
