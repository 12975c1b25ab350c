/// Ends a transaction that would make changes which nobody has looked at yet.
struct ReviewsNeeded: Error {
  var demands: [ReviewDemand]
  /// The names that the request made for new objects: it makes the same ones when it is carried out again.
  var names: [String]
}
