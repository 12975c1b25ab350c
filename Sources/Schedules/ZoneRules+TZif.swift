public import Model

extension ZoneRules {
  /// The most bytes that a zone's file may have; the largest of the IANA's has about 4 KiB.
  public static let maximumFileSize = 64 << 10

  /// Reads a zone's file (RFC 8536, version 2 and later). Leap seconds are not supported: a file that has them, as those
  /// below `right/` do, is refused.
  ///
  /// - Throws: `Problem` with code `unavailable` for bytes that are no such file.
  public init(name: String, tzif bytes: [UInt8]) throws(Problem) {
    do {
      self = try TZifReader(bytes: bytes).zone(named: name)
    } catch {
      throw Problem(
        .unavailable, "the file of the time zone \(name) cannot be used: \(error.reason)", field: "zone",
        hint: "install this host's tzdata package again")
    }
  }
}

/// Reads the bytes of a zone's file, never beyond their end.
private struct TZifReader {
  struct Fault: Error {
    let reason: String

    init(_ reason: String) {
      self.reason = reason
    }
  }

  private struct Header {
    let version: UInt8
    let universalFlags, standardFlags, leapSeconds, changes, types, characters: Int
  }

  private static let headerSize = 44
  private static let typeSize = 6
  /// Far beyond what any calendar here reaches; sums of moments and offsets cannot overflow.
  private static let momentRange = -(1 << 60)...(1 << 60)

  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  func zone(named name: String) throws(Fault) -> ZoneRules {
    guard bytes.count <= ZoneRules.maximumFileSize else { throw Fault("it is too large") }
    var reader = self
    return try reader.read(name)
  }

  private mutating func read(_ name: String) throws(Fault) -> ZoneRules {
    // The first block has 32-bit times, for readers of version 1.
    let old = try header()
    guard old.version >= UInt8(ascii: "2") else { throw Fault("it is of version 1") }
    try skip(
      old.changes * 5 + old.types * Self.typeSize + old.characters + old.leapSeconds * 8 + old.standardFlags
        + old.universalFlags)
    let header = try header()
    guard header.leapSeconds == 0 else { throw Fault("it counts leap seconds") }
    guard (1...256).contains(header.types) else { throw Fault("it has \(header.types) types of local time") }
    var changes: [Int] = []
    for _ in 0..<header.changes {
      let change = try integer(size: 8)
      guard Self.momentRange.contains(change), change > changes.last ?? .min else {
        throw Fault("its changes are not in order")
      }
      changes.append(change)
    }
    let kinds = try take(header.changes)
    var typeOffsets: [Int] = []
    for _ in 0..<header.types {
      let offset = try integer(size: 4)
      guard abs(offset) < ZoneRules.largestOffset else { throw Fault("an offset is out of range") }
      typeOffsets.append(offset)
      try skip(Self.typeSize - 4)
    }
    var offsets = [typeOffsets[0]]
    for kind in kinds {
      guard typeOffsets.indices.contains(Int(kind)) else { throw Fault("a change leads to a type that is not there") }
      offsets.append(typeOffsets[Int(kind)])
    }
    try skip(header.characters + header.standardFlags + header.universalFlags)
    return ZoneRules(name: name, changes: changes, offsets: offsets, footer: try footer())
  }

  private mutating func header() throws(Fault) -> Header {
    guard try take(4).elementsEqual("TZif".utf8) else { throw Fault("it is no TZif file") }
    let version = try take(1).first ?? 0
    try skip(15)
    var counts: [Int] = []
    for _ in 0..<6 {
      let count = try integer(size: 4)
      guard (0...bytes.count).contains(count) else { throw Fault("it is cut off") }
      counts.append(count)
    }
    return Header(
      version: version, universalFlags: counts[0], standardFlags: counts[1], leapSeconds: counts[2],
      changes: counts[3], types: counts[4], characters: counts[5])
  }

  private mutating func footer() throws(Fault) -> ZoneFooter? {
    let rest = bytes[position...]
    let newline = UInt8(ascii: "\n")
    guard rest.first == newline, let end = rest.dropFirst().firstIndex(of: newline) else {
      throw Fault("its footer is missing")
    }
    let text = rest[rest.startIndex + 1..<end]
    guard !text.isEmpty else { return nil }
    guard let footer = ZoneFooter(text: text) else { throw Fault("its footer is no rule") }
    return footer
  }

  private mutating func take(_ count: Int) throws(Fault) -> ArraySlice<UInt8> {
    guard count <= bytes.count - position else { throw Fault("it is cut off") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private mutating func skip(_ count: Int) throws(Fault) { _ = try take(count) }

  /// A signed number in network order.
  private mutating func integer(size: Int) throws(Fault) -> Int {
    let bits = try take(size).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return size == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(Int64(bitPattern: bits))
  }
}
