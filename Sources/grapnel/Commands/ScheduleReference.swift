import ArgumentParser
import GrapnelClient
import Model

/// A schedule as arguments name it: `HOOK/NAME`, or its id.
enum ScheduleReference: Hashable, ExpressibleByArgument {
  case id(ID<Schedule>)
  case name(hook: String, name: String)

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) {
      self = .name(hook: parts[0], name: parts[1])
    } else if let id = ID<Schedule>(argument.lowercased()) {
      self = .id(id)
    } else {
      return nil
    }
  }

  static let help = ArgumentHelp("The schedule: HOOK/NAME, or its id.", valueName: "schedule")

  /// The id of the schedule in the client's instance.
  ///
  /// - Throws: `Problem` `notFound`.
  func resolve(_ client: Client) async throws -> ID<Schedule> {
    switch self {
    case .id(let id): return id
    case .name(let hook, let name):
      let found = try await client.all {
        try await client.schedules(ScheduleQuery(hook: hook, limit: 1000, cursor: $0))
      }
      if let schedule = found.items.first(where: { $0.name == name }) { return schedule.id }
      throw Problem(
        .notFound, "the hook \(hook) has no schedule \(name)",
        hint: name.nearest(among: found.items.map(\.name)).map { "did you mean \(hook)/\($0)?" }
          ?? "see: grapnel schedules ls --hook \(hook)")
    }
  }
}
