import Foundation
import Model
import Testing

@testable import Zones

struct ZoneFolderTests {
  /// A folder with the entries that tzdata packages have, and some that nobody should have put there.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "zones-\(UUID().uuidString)"
    let manager = FileManager.default
    defer { try? manager.removeItem(atPath: path) }
    for folder in ["Europe", "America/Argentina", "posix/Europe", "right/Europe", "Deep/Er/Still/More"] {
      try manager.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }
    let files = [
      "Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc-GMT+5", "posix/Europe/Berlin",
      "right/Europe/Berlin",
      "tzdata.zi", "zone.tab", "posixrules", "+VERSION", "Deep/Er/Still/More/X", "Europe/.hidden", "Europe/a b",
    ]
    for file in files { try Data("TZif \(file)".utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)")) }
    try manager.createSymbolicLink(atPath: "\(path)/Zulu", withDestinationPath: "UTC")
    try manager.createSymbolicLink(atPath: "\(path)/Gone", withDestinationPath: "nothing")
    try manager.createSymbolicLink(atPath: "\(path)/Loop", withDestinationPath: ".")
    #expect(mkfifo("\(path)/Pipe", 0o600) == 0)
    try body(path)
  }

  @Test func theNamesAreThoseOfZones() throws {
    try withFolder { path in
      let names = try ZoneFolder(path: path).names
      let own = names.filter { !$0.hasPrefix("Loop/") }
      #expect(own == ["America/Argentina/Buenos_Aires", "Etc-GMT+5", "Europe/Berlin", "UTC", "Zulu"])
      #expect(names.allSatisfy { $0.split(separator: "/").count <= 3 })
    }
  }

  @Test func onlyNamesOfTheListAreRead() throws {
    try withFolder { path in
      let folder = try ZoneFolder(path: path)
      #expect(try folder.bytes(of: "Europe/Berlin", atMost: 100) == Array("TZif Europe/Berlin".utf8))
      #expect(try folder.bytes(of: "Zulu", atMost: 100) == Array("TZif UTC".utf8))
      for name in [
        "", ".", "..", "../UTC", "/etc/passwd", "Europe", "Europe//Berlin", "Europe/./Berlin", "Europe/../UTC",
        "posix/Europe/Berlin",
        "tzdata.zi", "Gone", "Pipe", "UTC\u{0}", "utc",
      ] {
        let problem = #expect(throws: Problem.self) { try folder.bytes(of: name, atMost: 100) }
        #expect(problem?.code == .invalid && problem?.field == "zone", "\(name)")
      }
      let large = #expect(throws: Problem.self) { try folder.bytes(of: "UTC", atMost: 3) }
      #expect(large?.code == .unavailable)
      // A file that goes, or becomes something else, after the list was made.
      try FileManager.default.removeItem(atPath: "\(path)/UTC")
      #expect(throws: Problem.self) { try folder.bytes(of: "UTC", atMost: 100) }
      #expect(mkfifo("\(path)/UTC", 0o600) == 0)
      #expect(throws: Problem.self) { try folder.bytes(of: "UTC", atMost: 100) }
    }
  }

  @Test func aNearNameIsProposed() throws {
    try withFolder { path in
      let folder = try ZoneFolder(path: path)
      let hint = { (name: String) in #expect(throws: Problem.self) { try folder.bytes(of: name, atMost: 1) }?.hint }
      #expect(hint("Europe/Berlim") == "did you mean Europe/Berlin?")
      #expect(hint("europe/berlin") == "did you mean Europe/Berlin?")
      #expect(hint("berlin") == "did you mean Europe/Berlin?")
      #expect(hint("Mars/Olympus_Mons") == nil)
    }
  }

  @Test func aFolderWithoutZonesIsSaid() {
    let problem = #expect(throws: Problem.self) { try ZoneFolder(path: "/nowhere") }
    #expect(problem?.code == .unavailable && problem?.hint?.contains("tzdata") == true)
  }

  @Test func thisHostHasZones() throws {
    let folder = try ZoneFolder()
    #expect(folder.names.count > 300 && folder.names.contains("Europe/Berlin"))
    #expect(try folder.bytes(of: "Europe/Berlin", atMost: 65_536).starts(with: Array("TZif".utf8)))
  }
}
