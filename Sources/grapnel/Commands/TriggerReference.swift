import ArgumentParser
import GrapnelClient
import Model

/// A trigger as arguments name it: `HOOK/NAME`, or its id.
enum TriggerReference: Hashable, ExpressibleByArgument {
  case id(ID<Trigger>)
  case name(hook: String, name: String)

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) {
      self = .name(hook: parts[0], name: parts[1])
    } else if let id = ID<Trigger>(argument.lowercased()) {
      self = .id(id)
    } else {
      return nil
    }
  }

  static let help = ArgumentHelp("The trigger: HOOK/NAME, or its id.", valueName: "trigger")

  /// The id of the trigger in the client's instance.
  ///
  /// - Throws: `Problem` `notFound`.
  func resolve(_ client: Client) async throws -> ID<Trigger> {
    switch self {
    case .id(let id): return id
    case .name(let hook, let name):
      let found = try await client.all {
        try await client.triggers(TriggerQuery(hook: hook, limit: 1000, cursor: $0))
      }
      if let trigger = found.items.first(where: { $0.name == name }) { return trigger.id }
      throw Problem(
        .notFound, "the hook \(hook) has no trigger \(name)",
        hint: name.nearest(among: found.items.map(\.name)).map { "did you mean \(hook)/\($0)?" }
          ?? "see: grapnel triggers ls --hook \(hook)")
    }
  }
}
