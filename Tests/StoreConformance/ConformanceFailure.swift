/// Where a store breaks a promise.
public struct ConformanceFailure: Error, CustomStringConvertible {
  public let message: String
  public let file: String
  public let line: Int

  public var description: String { "\(file):\(line): \(message)" }
}
