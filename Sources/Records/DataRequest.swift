/// What somebody wants of the data side.
public struct DataRequest: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    /// An object, or a part of a list.
    case read
    /// How many objects a list has.
    case count
    /// Puts an object where the address says, in the place of what is there.
    case put
    /// Adds an object to a list.
    case add
    /// Changes a part of an object.
    case change
    /// Deletes an object, or those of a list.
    case delete
  }

  public var action: Action
  public var target: DataTarget
  public var precondition: Precondition?
  public var content: DataContent
  public var selection: DataSelection
  /// The moment that a deletion shall bear.
  public var modified: Int64?
  /// What proves the password that the content gives an account, made by whoever may know it.
  public var passwordHash: String?
  /// What was found wrong with the request before it came here. It is told only to somebody who may do what they ask for.
  public var faults: [DataFault]

  public init(
    _ action: Action, _ target: DataTarget, precondition: Precondition? = nil,
    content: DataContent = .whole(data: nil, lists: nil), selection: DataSelection = DataSelection(),
    modified: Int64? = nil, passwordHash: String? = nil, faults: [DataFault] = []
  ) {
    self.action = action
    self.target = target
    self.precondition = precondition
    self.content = content
    self.selection = selection
    self.modified = modified
    self.passwordHash = passwordHash
    self.faults = faults
  }
}
