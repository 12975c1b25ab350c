internal import Model

/// Reads control frames from the bytes of the control pipe as they come.
///
/// Bounded: one frame has at most 1 MiB, and all frames of a run together at most 256 headers and as many trailers.
public struct ControlFrameDecoder: Sendable {
  /// The most bytes that the JSON text of a frame may have.
  public static let maximumFrame = 1 << 20
  private static let maximumHeaders = 256

  private var netstrings = NetstringDecoder(maximum: maximumFrame)
  private var headerCount = 0
  private var trailerCount = 0

  public init() {}

  /// Adds what was read from the pipe and returns the frames that are whole now.
  ///
  /// - Throws: `Problem` with code `invalid`; nothing more can be read after it.
  public mutating func append(_ bytes: [UInt8]) throws -> [ControlFrame] {
    netstrings.append(bytes)
    var frames: [ControlFrame] = []
    while let text = try netstrings.next() { frames.append(try decode(text)) }
    return frames
  }

  private mutating func decode(_ text: [UInt8]) throws -> ControlFrame {
    let frame = try ControlFrame(parsing: text)
    switch frame {
    case .head(_, let headers): headerCount += headers.count
    case .trailers(let headers): trailerCount += headers.count
    default: break
    }
    guard headerCount <= Self.maximumHeaders, trailerCount <= Self.maximumHeaders else {
      throw Problem(.invalid, "too many headers", field: "headers", rule: "at most \(Self.maximumHeaders)")
    }
    return frame
  }

  /// To be called at the end of the pipe.
  ///
  /// - Throws: `Problem` with code `invalid` if it ended inside a frame.
  public func finish() throws {
    guard netstrings.isEmpty else { throw Problem(.invalid, "the last control frame is not whole") }
  }
}
