/// What `grapnel doctor` found.
struct DoctorReport: Hashable, Sendable, Encodable {
  /// The level of sandbox that a server of this account, with this configuration, gets: `full` or `user`.
  var level: String
  /// Whether everything that is required works.
  var ok: Bool
  var checks: [DoctorCheck]

  init(level: String, checks: [DoctorCheck]) {
    self.level = level
    self.checks = checks
    ok = checks.allSatisfy { $0.works || !$0.isRequired }
  }

  func text(_ console: Console) -> String {
    var lines: [String] = []
    var group = ""
    let width = checks.map(\.name.count).max() ?? 0
    for check in checks {
      if check.group != group {
        group = check.group
        lines.append(lines.isEmpty ? "\(group):" : "\n\(group):")
      }
      let word = check.works ? "ok" : check.isRequired ? "MISSING" : check.isWarning ? "WARNING" : "absent"
      let colour: Colour = check.works ? .green : check.isRequired ? .red : .yellow
      let padding = String(repeating: " ", count: 8 - word.count)
      let name = TerminalText.escape(check.name)
      let detail = check.detail.isEmpty ? "" : "  " + TerminalText.escape(check.detail)
      let space = detail.isEmpty ? "" : String(repeating: " ", count: max(0, width - name.count))
      lines.append("  \(console.paint(word, colour))\(padding)\(name)\(space)\(detail)")
      if !check.works, let remedy = check.remedy, !remedy.isEmpty {
        lines.append("          mend it: \(TerminalText.escape(remedy))")
      }
    }
    lines.append(
      ok
        ? "\nThis machine can run hooks (sandbox level \(level))."
        : "\nThis machine cannot run hooks yet (sandbox level \(level)): see what is MISSING.")
    return lines.joined(separator: "\n")
  }
}
