import Foundation
import Model

/// Asks at the terminal for what must not be seen.
enum SecretPrompt {
  /// The longest answer, in bytes.
  private static let longest = 64 << 10
  /// Control-C and Control-D, as the terminal sends them.
  private static let interrupt: UInt8 = 3
  private static let endOfInput: UInt8 = 4

  /// - Returns: the line that was typed, without its end; `nil` if standard input is no terminal.
  /// - Throws: `Problem` if the terminal cannot be kept from showing it: then it is not asked for.
  static func ask(_ prompt: String) throws -> [UInt8]? {
    guard isatty(STDIN_FILENO) == 1 else { return nil }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw refusal }
    var silent = before
    // Byte by byte and without signals, so that nobody is left with a terminal that shows nothing.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    withUnsafeMutableBytes(of: &silent.c_cc) { ($0[Int(VMIN)], $0[Int(VTIME)]) = (1, 0) }
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { throw refusal }
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    FileHandle.standardError.write(Data(prompt.utf8))
    defer { FileHandle.standardError.write(Data("\n".utf8)) }
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < longest, read(STDIN_FILENO, &byte, 1) == 1 {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), Self.endOfInput: return line
      case Self.interrupt: throw CancellationError()
      case 8, 127: _ = line.popLast()
      default: line.append(byte)
      }
    }
    return line
  }

  private static var refusal: Problem {
    Problem(
      .unavailable, "the terminal cannot be kept from showing what is typed",
      hint: "give the value on standard input: … --secret < FILE")
  }
}
