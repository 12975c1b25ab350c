public import Model
public import Store

/// All that the engine must know to run a hook once.
public struct Invocation: Sendable {
  /// The id that the run will have; made by the caller, who may have to name it before there is a run.
  public var id: ID<Run>
  public var instance: Instance
  public var hook: Hook
  public var cause: RunCause
  public var request: RunRequest?
  /// What the hook gets as its native object, before its schema has filled in defaults.
  public var payload: JSONValue
  /// The members of `payload` that came as text, from a query or a form: the schema may read them as numbers or flags.
  public var textMembers: Set<String>
  /// What the run finds on standard input.
  public var input: RunInput
  /// Whether the caller wants 202 at once and the run later.
  public var isAsynchronous: Bool
  /// How many runs of hooks stand above this one.
  public var depth: Int
  /// What the caller says this request stands for: it runs only if it gets the claim, and then also when the caller hangs
  /// up, who may come back for the answer.
  public var claim: IdempotencyClaim?
  /// How long it may take, of a request that waits for it on its way.
  var budget: RunBudget?

  public init(
    id: ID<Run>, instance: Instance, hook: Hook, cause: RunCause, request: RunRequest? = nil, payload: JSONValue,
    textMembers: Set<String> = [], input: RunInput = .bytes([]), isAsynchronous: Bool = false, depth: Int = 0,
    claim: IdempotencyClaim? = nil
  ) {
    self.id = id
    self.instance = instance
    self.hook = hook
    self.cause = cause
    self.request = request
    self.payload = payload
    self.textMembers = textMembers
    self.input = input
    self.isAsynchronous = isAsynchronous
    self.depth = depth
    self.claim = claim
  }
}
