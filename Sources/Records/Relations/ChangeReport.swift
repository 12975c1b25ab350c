/// What a request has changed beside what it names.
public struct ChangeReport: Hashable, Sendable {
  /// A record by its class and its id.
  public struct Record: Hashable, Sendable {
    public var recordClass: String
    public var id: String

    public init(recordClass: String, id: String) {
      self.recordClass = recordClass
      self.id = id
    }
  }

  /// A record that something was taken from.
  public struct Displacement: Hashable, Sendable {
    public var record: Record
    public var field: String
    /// The id of what it referred to.
    public var was: String
  }

  /// Deleted with what was deleted.
  public var deleted: [Record] = []
  public var displaced: [Displacement] = []

  public var isEmpty: Bool { deleted.isEmpty && displaced.isEmpty }

  public init() {}
}
