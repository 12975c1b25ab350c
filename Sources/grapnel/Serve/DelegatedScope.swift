import Foundation
import Model

/// A systemd scope whose cgroup belongs to the user: with it, an unprivileged server's memory and process limits are
/// the kernel's for the whole run, instead of each process's own.
enum DelegatedScope {
  private static let mark = "GRAPNEL_SCOPE"
  private static let program = "/usr/bin/systemd-run"

  /// The command that, put before another, executes it in such a scope; `nil` where there is nothing to make one.
  static func command(_ environment: [String: String]) -> [String]? {
    guard let runtime = environment["XDG_RUNTIME_DIR"], access("\(runtime)/systemd/private", F_OK) == 0,
      access(program, X_OK) == 0, access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0
    else { return nil }
    return [program, "--user", "--scope", "--quiet", "-p", "Delegate=yes", "--"]
  }

  /// Executes this program anew in a delegated scope, where a systemd of the user is there to make one; otherwise
  /// returns, and limits are kept by rlimits.
  static func enterIfPossible(_ environment: [String: String]) throws {
    guard environment[mark] == nil, let command = command(environment) else { return }
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let arguments = command + [executable] + CommandLine.arguments.dropFirst()
    var variables = environment
    variables[mark] = "1"
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    execve(command[0], argv, envp)
  }
}
