/// What a run finds on standard input.
public enum RunInput: Sendable {
  case bytes([UInt8])
  /// Pulled as the run reads; `length` is how many bytes will come, where the caller knows.
  case stream(RunInputStream, length: Int64?)
}
