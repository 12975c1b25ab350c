import Identity
import Model

/// What a server says when it is ready: whom it serves, where the key is, and three lines to try.
struct ServerBanner {
  var version: String
  var url: String
  /// As the user named it, or an absolute path.
  var dataFolder: String
  var hooksFolder: String
  var level: String
  var hooks: [Hook]
  var adminKey: AdminKeyFile.Outcome

  var text: String {
    var lines = [
      "Grapnel \(version) serves \(hooks.count) \(hooks.count == 1 ? "hook" : "hooks") of \(hooksFolder) at \(url)",
      "sandbox  \(level)",
      "key      \(dataFolder)/admin.key\(note)",
    ]
    if !examples.isEmpty { lines += ["", "Try:"] + examples.map { "  " + $0 } }
    return lines.joined(separator: "\n") + "\n"
  }

  private var note: String {
    switch adminKey {
    case .present: ""
    case .created: " (new)"
    case .replaced: " (new: the one before was gone)"
    }
  }

  private var names: Set<String> { Set(hooks.map(\.name)) }

  private var examples: [String] {
    var lines: [String] = []
    if names.contains("hello") { lines.append("curl '\(url)/main/hello?name=Ada'") }
    if names.contains("shout") { lines.append("echo 'anchors aweigh' | curl --data-binary @- \(url)/main/shout") }
    if let hook = hooks.first(where: { $0.name == "now" }) ?? hooks.first {
      lines.append("curl -H \"Authorization: Bearer $(cat \(dataFolder)/admin.key)\" \(url)/main/\(hook.name)")
    }
    return lines
  }
}
