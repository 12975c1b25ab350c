import Foundation
import Model

/// Finds compilers and installers, which may stand outside of the system's folders, and tells whether a run sees them.
public struct ToolSearch: Hashable, Sendable {
  /// What of the host every run sees.
  private static let system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

  private let folders: [String]
  private let mounts: [String]

  /// - Parameters:
  ///   - path: the server's `PATH`.
  ///   - mounts: the operator's `sandbox.mounts`.
  public init(path: String = "", mounts: [String] = []) {
    self.mounts = mounts
    let ofMounts = mounts.flatMap { ["\($0)/bin", "\($0)/usr/bin"] }
    folders =
      ofMounts + path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
      + ["/usr/local/bin", "/usr/bin", "/bin"]
  }

  /// The first of the programs that is there and can be seen by a run.
  ///
  /// - Parameters:
  ///   - subject: what needs the program, as it begins a sentence.
  ///   - package: the Debian package that brings it, if there is one.
  /// - Throws: `Problem` with code `unavailable`: there is none, or one that no run sees.
  func find(_ names: [String], for subject: String, package: String) throws(Problem) -> String {
    var hidden: String?
    for path in names.flatMap(candidates) where access(path, X_OK) == 0 {
      guard let real = Self.resolved(path) else { continue }
      if isVisible(path), isVisible(real) { return path }
      if isVisible(real), real.split(separator: "/").last == path.split(separator: "/").last { return real }
      hidden = hidden ?? real
    }
    if let hidden {
      let home = Self.home(of: hidden)
      throw Problem(
        .unavailable, "\(subject) needs \(hidden), which no run sees", field: "sandbox.mounts",
        hint: "set sandbox: {mounts: [\(home)]} in the server's configuration")
    }
    throw Problem(
      .unavailable, "\(subject) is not installed: there is no \(names.joined(separator: ", "))",
      hint: package.isEmpty ? nil : "apt-get install \(package)")
  }

  private func candidates(_ name: String) -> [String] {
    name.hasPrefix("/") ? [name] : folders.map { "\($0)/\(name)" }
  }

  private func isVisible(_ path: String) -> Bool {
    (Self.system + mounts).contains { path.hasPrefix($0 + "/") }
  }

  private static func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// The folder of a toolchain: that above `bin`, or above `usr/bin`.
  private static func home(of program: String) -> String {
    var parts = program.split(separator: "/").dropLast()
    if parts.last == "bin" { parts = parts.dropLast() }
    if parts.last == "usr", parts.count > 1 { parts = parts.dropLast() }
    return "/" + parts.joined(separator: "/")
  }

  /// What tells one build of a program from another without running it.
  static func identity(of program: String) -> String {
    guard let real = resolved(program), let facts = try? FileManager.default.attributesOfItem(atPath: real),
      let size = facts[.size] as? Int64, let changed = facts[.modificationDate] as? Date
    else { return program }
    return "\(program) \(real) \(size) \(changed.timeIntervalSince1970)"
  }
}
