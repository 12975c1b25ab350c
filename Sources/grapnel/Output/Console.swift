import Foundation

/// Where a command writes, and how.
struct Console: Sendable {
  /// Whether status words on standard output are coloured.
  let isColoured: Bool
  private let output: @Sendable ([UInt8]) -> Void
  private let errorOutput: @Sendable ([UInt8]) -> Void

  init(
    isColoured: Bool, output: @escaping @Sendable ([UInt8]) -> Void,
    errorOutput: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.isColoured = isColoured
    self.output = output
    self.errorOutput = errorOutput
  }

  /// The process's own descriptors. Colours need a terminal, and that NO_COLOR is not set (https://no-color.org).
  static func standard(environment: [String: String]) -> Console {
    let isColoured =
      isatty(1) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    return Console(isColoured: isColoured, output: { write($0, to: 1) }, errorOutput: { write($0, to: 2) })
  }

  func write(_ bytes: [UInt8]) { output(bytes) }
  func print(_ text: String) { output(Array((text + "\n").utf8)) }
  func printError(_ text: String) { errorOutput(Array((text + "\n").utf8)) }

  /// `text` in a colour where colours are wanted.
  func paint(_ text: String, _ colour: Colour?) -> String {
    guard isColoured, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  /// A reader that has gone away ends the process by SIGPIPE, as is usual for a filter; other errors end the writing.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      start += count
    }
  }
}
