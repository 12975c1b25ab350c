import Foundation

/// Bytes that a run took in or gave out, as JSON: `text` where they are valid UTF-8, otherwise `base64`.
public struct CapturedBytes: Hashable, Sendable, Codable {
  public var text: String?
  public var base64: String?
  /// Whether there was more than was kept.
  public var cut: Bool

  public init(_ bytes: [UInt8], isCut: Bool) {
    if let valid = String(validating: bytes, as: UTF8.self) {
      text = valid
    } else {
      base64 = Data(bytes).base64EncodedString()
    }
    cut = isCut
  }
}
