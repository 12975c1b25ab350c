import CSandbox
import Glibc
import Model

/// The pipes between one run and its host, both ends.
///
/// Whoever opens it owns the descriptors: `forRun` goes to the launcher's client, which closes them once they are
/// sent; the rest are the host's to close.
public struct RunChannels: Sendable {
  /// How much can be put into a fresh pipe before anybody reads it (`pipe(7)`, the default capacity).
  public static let pipeCapacity = 64 << 10

  public let forRun: RunDescriptors
  /// To write the run's standard input; `nil` where all of it is in the pipe already.
  public let input: Int32?
  public let output: Int32
  public let errorOutput: Int32
  /// Non-blocking, to be read frame by frame.
  public let control: Int32
  public let host: Int32

  /// - Parameters:
  ///   - wholeInput: the whole standard input where it is known and fits a pipe; it is put there now.
  ///   - payload: what is to be read at descriptor 5, if anything.
  /// - Throws: `Problem` with code `unavailable` when the process has no descriptors left; nothing stays open then.
  public init(wholeInput: [UInt8]?, payload: [UInt8]?) throws {
    var opened: [Int32] = []
    do {
      func pair(_ make: (UnsafeMutablePointer<Int32>) -> Int32) throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let result = ends.withUnsafeMutableBufferPointer { make($0.baseAddress!) }
        guard result == 0 else { throw Self.problem(-result) }
        opened += ends
        return (ends[0], ends[1])
      }
      let (inputEnd, inputWriter) = try pair(gs_channel_pipe)
      let (outputReader, outputEnd) = try pair(gs_channel_pipe)
      let (errorReader, errorEnd) = try pair(gs_channel_pipe)
      let (controlReader, controlEnd) = try pair(gs_channel_pipe)
      let (hostSide, runSide) = try pair(gs_channel_sockets)
      guard gs_channel_set_nonblocking(controlReader) == 0 else { throw Self.problem(errno) }
      var payloadFile: Int32?
      if let payload {
        let file = payload.withUnsafeBytes { gs_channel_memory($0.baseAddress, $0.count) }
        guard file >= 0 else { throw Self.problem(-file) }
        opened.append(file)
        payloadFile = file
      }
      if let wholeInput, wholeInput.count <= Self.pipeCapacity {
        let written = wholeInput.withUnsafeBytes { $0.isEmpty ? 0 : write(inputWriter, $0.baseAddress, $0.count) }
        guard written == wholeInput.count else { throw Self.problem(errno) }
        close(inputWriter)
        input = nil
      } else {
        input = inputWriter
      }
      output = outputReader
      errorOutput = errorReader
      control = controlReader
      host = hostSide
      forRun = RunDescriptors(
        input: inputEnd, output: outputEnd, errorOutput: errorEnd, control: controlEnd, host: runSide,
        payload: payloadFile)
    } catch {
      for descriptor in opened { close(descriptor) }
      throw error
    }
  }

  private static func problem(_ code: Int32) -> Problem {
    Problem(
      .unavailable, "the server cannot open the pipes of a run: \(String(cString: strerror(code)))",
      hint: "raise the server's limit of open files (ulimit -n)")
  }
}
