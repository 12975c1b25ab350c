import Model
import Schedules
import Synchronization
import Zones

/// The clocks of this host's time zones. Each is read once; a newer tzdata counts from the next start on.
///
/// A folder without zones is looked at again whenever one is asked for, so that it is enough to install tzdata.
final class HostZones: Sendable {
  private struct State {
    var folder: ZoneFolder?
    /// No more than the folder has names.
    var zones: [String: ZoneRules] = [:]
  }

  private let path: String
  private let state = Mutex(State())

  /// - Parameter path: of the operator's choice; `nil` for that of Linux distributions.
  init(path: String?) {
    self.path = path ?? ZoneFolder.standardPath
  }

  /// - Throws: `Problem` `invalid` for a name that the folder does not have, `unavailable` where there are no zones.
  func rules(of name: String) throws(Problem) -> ZoneRules {
    try state.withLock { state throws(Problem) in
      if let known = state.zones[name] { return known }
      let folder = if let listed = state.folder { listed } else { try ZoneFolder(path: path) }
      state.folder = folder
      let rules = try ZoneRules(name: name, tzif: folder.bytes(of: name, atMost: ZoneRules.maximumFileSize))
      state.zones[name] = rules
      return rules
    }
  }

  /// As what decides about schedules and what fires them want it.
  var source: ZoneSource {
    { name throws(Problem) in try self.rules(of: name) }
  }
}
