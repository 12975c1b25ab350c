/// Ends an attempt that needs to know what hooks say first: of changes that nobody has looked at yet, and of fields.
struct ReviewsNeeded: Error {
  var demands: [ReviewDemand]
  var questions: [FieldQuestion]
  /// The names that the request made for new objects: it makes the same ones when it is carried out again.
  var names: [String]
}
