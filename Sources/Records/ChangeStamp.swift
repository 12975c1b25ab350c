import Store

/// The moment that a change gets, and what the list says then about its own last change.
struct ChangeStamp {
  /// The largest moment that somebody may propose: what a double still holds exactly.
  static let proposalMax: Int64 = 1 << 53 - 1

  let kind: DataKind
  let parent: Int64
  let modified: Int64
  /// `nil` if it stays.
  let list: Int64?

  /// - Parameters:
  ///   - known: when the list last changed; `nil` if it never did, and nobody asked.
  ///   - proposal: the moment that somebody proposes.
  ///   - current: that of the object before, if there is one.
  init(kind: DataKind, parent: Int64, now: Int64, list known: Int64?, proposal: Int64?, current: Int64?) {
    self.kind = kind
    self.parent = parent
    let list = known ?? 0
    guard let proposal, proposal > current ?? 0, proposal <= Self.proposalMax else {
      modified = max(now, list + 1)
      self.list = modified
      return
    }
    modified = proposal == list ? list + 1 : proposal
    self.list = modified > list ? modified : nil
  }

  func keep(_ transaction: any RecordTransaction) throws {
    if let list { try transaction.setTimestamp(of: kind, in: parent, to: list) }
  }
}

extension RecordSession {
  func stamp(_ kind: DataKind, in parent: Int64, proposal: Int64?, current: Int64?) throws -> ChangeStamp {
    ChangeStamp(
      kind: kind, parent: parent, now: now, list: try snapshot.timestamp(of: kind, in: parent), proposal: proposal,
      current: current)
  }
}
