import Glibc

/// The run's ends of its pipes. Whoever passes them to `Launcher.start` gives them away.
public struct RunDescriptors: Sendable {
  /// The run's descriptor 0: the body comes in.
  public let input: Int32
  /// The run's descriptor 1: the body goes out.
  public let output: Int32
  /// The run's descriptor 2: the log.
  public let errorOutput: Int32
  /// The run's descriptor 3: frames for the host.
  public let control: Int32
  /// The run's descriptor 4: calls to the host.
  public let host: Int32
  /// The run's descriptor 5: a payload that is too large for the environment.
  public let payload: Int32?

  public init(input: Int32, output: Int32, errorOutput: Int32, control: Int32, host: Int32, payload: Int32? = nil) {
    self.input = input
    self.output = output
    self.errorOutput = errorOutput
    self.control = control
    self.host = host
    self.payload = payload
  }

  /// All of them, in the order of the wire.
  public var all: [Int32] { [input, output, errorOutput, control, host] + (payload.map { [$0] } ?? []) }

  /// Closes each once, also one that is used in several places.
  func close() {
    for descriptor in Set(all) { Glibc.close(descriptor) }
  }
}
