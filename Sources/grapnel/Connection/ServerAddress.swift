import Foundation
import Model

/// Whom to talk to, and with which key.
struct ServerAddress: Hashable {
  var url: URL
  var key: String?

  /// What `serve` writes to `server.json` in its data folder.
  private struct Beacon: Decodable {
    var url: String
  }

  /// `--data` comes first, then `GRAPNEL_SERVER`, then `.grapnel` in the working directory or the nearest folder above
  /// it. `GRAPNEL_KEY` takes the place of the data folder's admin key.
  ///
  /// - Throws: `NoServer` when nothing says where the server is, `Problem` when what says it cannot be read or used.
  static func find(data: String?, in context: CommandContext) throws -> ServerAddress {
    let key = try context.environment["GRAPNEL_KEY"].flatMap { $0.isEmpty ? nil : $0 }
      .map { try check(key: $0, from: "GRAPNEL_KEY") }
    if data == nil, let text = context.environment["GRAPNEL_SERVER"], !text.isEmpty {
      return ServerAddress(url: try check(url: text, from: "GRAPNEL_SERVER"), key: key)
    }
    let folder = try data.map(context.absolute) ?? nearestDataFolder(context)
    let beaconPath = folder + "/server.json"
    guard let beacon = try read(beaconPath) else {
      throw NoServer(
        problem: Problem(
          .unavailable, "no server works on the data folder \(folder)",
          hint: "start one with `grapnel serve`, or set GRAPNEL_SERVER and GRAPNEL_KEY"))
    }
    guard let content = try? JSONDecoder().decode(Beacon.self, from: beacon) else {
      throw Problem(.internal, "not what a server writes there", file: beaconPath)
    }
    let url = try check(url: content.url, from: beaconPath)
    if let key { return ServerAddress(url: url, key: key) }
    let own = try read(folder + "/admin.key").map { String(decoding: $0, as: UTF8.self) }
    return ServerAddress(
      url: url, key: try own.map { try check(key: $0, from: folder + "/admin.key") })
  }

  /// The data folder that the working directory belongs to.
  static func nearestDataFolder(_ context: CommandContext) throws -> String {
    var folder = context.workingDirectory
    while true {
      let candidate = (folder == "/" ? "" : folder) + "/.grapnel"
      var status = stat()
      if stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        // A folder that a stranger put above ours, say in /tmp, must not choose where our keys are sent.
        guard context.userID == 0 || status.st_uid == 0 || status.st_uid == context.userID else {
          throw Problem(
            .forbidden, "the data folder \(candidate) belongs to another user",
            hint: "name it with --data if you trust it")
        }
        return candidate
      }
      guard folder != "/", !folder.isEmpty else { break }
      folder = folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)].description
      if folder.isEmpty { folder = "/" }
    }
    throw NoServer(
      problem: Problem(
        .unavailable, "there is no data folder .grapnel here or in a folder above",
        hint: "start a server with `grapnel serve`, or set GRAPNEL_SERVER and GRAPNEL_KEY"))
  }

  /// The file's content; `nil` when there is none.
  private static func read(_ path: String) throws -> Data? {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      return nil
    } catch {
      throw Problem(
        .forbidden, "cannot be read", hint: "use the account that the server was started with, or GRAPNEL_KEY",
        file: path)
    }
  }

  private static func check(url text: String, from source: String) throws -> URL {
    let address = text.contains("://") ? text : "http://" + text
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
      throw Problem(
        .invalid, "not the address of a server: \(text)", field: source, rule: "such as http://127.0.0.1:8080")
    }
    return url
  }

  private static func check(key text: String, from source: String) throws -> String {
    let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Problem(.invalid, "not a key", field: source, rule: "printable characters without spaces")
    }
    return key
  }
}
