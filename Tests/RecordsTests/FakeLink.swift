/// A link of a `FakeRecordStore`, from the first end of its relation to the second.
struct FakeLink: Hashable, Sendable {
  var first: Int64
  var second: Int64
}
