import GrapnelClient
import Model

/// What a deployment came to, for people.
enum DeploymentText {
  /// A line for the hook, and one for each difference.
  static func describe(_ deployment: DeploymentResource, _ console: Console) -> String {
    var lines = [head(deployment)]
    for file in deployment.difference.files {
      let (sign, colour): (String, Colour) =
        switch file.change {
        case .added: ("+", .green)
        case .changed: ("~", .yellow)
        case .removed: ("-", .red)
        }
      let mode = file.executable.map { $0 ? " (executable now)" : " (no longer executable)" } ?? ""
      lines.append("  " + console.paint("\(sign) \(TerminalText.escape(file.path))\(mode)", colour))
      for line in (file.diff ?? "").split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        let colour: Colour? =
          line.hasPrefix("+") ? .green : line.hasPrefix("-") ? .red : line.hasPrefix("@") ? .cyan : nil
        lines.append("      " + console.paint(TerminalText.escape(String(line)), colour))
      }
    }
    for key in deployment.difference.definition {
      let (from, to) = (key.from?.serialized ?? "nothing", key.to?.serialized ?? "nothing")
      lines.append("  " + console.paint("~ \(TerminalText.escape("\(key.key): \(from) is \(to)"))", .yellow))
    }
    return lines.joined(separator: "\n")
  }

  private static func head(_ deployment: DeploymentResource) -> String {
    let version = deployment.version.map { "version \($0)" }
    switch (deployment.changed, deployment.dryRun) {
    case (true, false): return "\(deployment.hook): deployed, \(version ?? "new")"
    case (true, true): return "\(deployment.hook): would be deployed, \(version.map { "now \($0)" } ?? "a new hook")"
    case (false, _): return "\(deployment.hook): nothing changed, \(version ?? "no version")"
    }
  }
}
