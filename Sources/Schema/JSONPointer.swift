/// JSON pointers (RFC 6901) as text.
enum JSONPointer {
  /// A member's name as a segment, with its slash.
  static func segment(_ name: String) -> String {
    var segment = "/"
    for scalar in name.unicodeScalars {
      switch scalar {
      case "~": segment += "~0"
      case "/": segment += "~1"
      default: segment.unicodeScalars.append(scalar)
      }
    }
    return segment
  }
}
