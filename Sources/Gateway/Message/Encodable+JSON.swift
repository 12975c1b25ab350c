import Foundation

extension Encodable {
  /// The value as JSON text with sorted members and a newline, as every answer of the server has it.
  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only numbers that are not finite cannot be encoded, and no resource holds one.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Array((try? encoder.encode(self)) ?? Data("null".utf8)) + [UInt8(ascii: "\n")]
  }
}
