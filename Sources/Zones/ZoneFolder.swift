import Glibc
public import Model

/// The time zones of this host: the names that its tzdata package lists, and the bytes of their files.
///
/// A name that a user gives is looked up in that list and is never itself made a path.
public struct ZoneFolder: Sendable {
  /// Where Linux distributions put them.
  public static let standardPath = "/usr/share/zoneinfo"
  /// The most names that are taken; the IANA's database has 600.
  static let mostNames = 4000
  /// `America/Argentina/Buenos_Aires` is three deep.
  private static let mostLevels = 3

  /// The names, sorted.
  public let names: [String]
  private let path: String
  private let known: Set<String>

  /// Lists the folder.
  ///
  /// - Parameter path: of the operator's choice, never of a user's.
  /// - Throws: `Problem` with code `unavailable` where there are no zones.
  public init(path: String = standardPath) throws(Problem) {
    var names: [String] = []
    Self.list(path, below: "", into: &names)
    guard !names.isEmpty else {
      throw Problem(
        .unavailable, "there are no time zones in \(path)", hint: "install the package tzdata: apt-get install tzdata")
    }
    self.path = path
    self.names = names.sorted()
    known = Set(names)
  }

  /// The content of a zone's file.
  ///
  /// - Parameter maximum: bytes; a larger file is refused.
  /// - Throws: `Problem` with code `invalid` for a name that is not in the list, `unavailable` for a file that cannot
  ///   be read.
  public func bytes(of name: String, atMost maximum: Int) throws(Problem) -> [UInt8] {
    guard known.contains(name) else { throw unknown(name) }
    // O_NONBLOCK, so that a FIFO put in the place of a file cannot hold us.
    let descriptor = Glibc.open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(name) }
    defer { Glibc.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximum else {
      throw unreadable(name)
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count) }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw unreadable(name) }
      count += got
    }
    return bytes
  }

  private func unreadable(_ name: String) -> Problem {
    Problem(
      .unavailable, "the file of the time zone \(name) cannot be read", field: "zone",
      hint: "install this host's tzdata package again")
  }

  private func unknown(_ name: String) -> Problem {
    // Berlin is meant to be Europe/Berlin.
    let byCity = names.first { $0.split(separator: "/").last?.lowercased() == name.lowercased() }
    let nearest = byCity ?? name.nearest(among: names)
    return Problem(
      .invalid, "the time zone \(name.prefix(64)) is not known", field: "zone",
      rule: "a name of the IANA's time zone database that this host has, such as Europe/Berlin",
      hint: nearest.map { "did you mean \($0)?" })
  }

  /// Adds the names below a folder. Besides zones there are tables, whose names have a dot or begin with a small
  /// letter, as have the folders with the same zones once more (`posix`, `right`).
  private static func list(_ folder: String, below prefix: String, into names: inout [String]) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while names.count < mostNames, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name, isComponent(name) else { continue }
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFREG {
        names.append(prefix + name)
      } else if status.st_mode & S_IFMT == S_IFDIR, prefix.split(separator: "/").count + 1 < mostLevels {
        list("\(folder)/\(name)", below: "\(prefix)\(name)/", into: &names)
      }
    }
  }

  private static func isComponent(_ name: String) -> Bool {
    guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
      default: false
      }
    }
  }
}
