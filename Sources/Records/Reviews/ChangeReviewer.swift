public import Store

/// Looks at changes of records before they are made, and may change or refuse them. What it wants to see is asked within
/// the transaction that would make the change; the look itself is taken outside of any, and the change made anew
/// afterwards, if it still is what was looked at.
public protocol ChangeReviewer: Sendable {
  /// The triggers that may want to see a change of that class, in the order in which they see it; none if none of them
  /// fires for the change as it is proposed.
  func reviewers(of change: ProposedChange, in transaction: any RecordTransaction) throws -> [ActiveTrigger]

  /// Has a change looked at by one trigger after the other. Takes as long as their budgets say at most.
  func review(_ change: ProposedChange, by triggers: [ActiveTrigger]) async -> ReviewVerdict
}
