/// All that must survive a restart, as narrow typed parts. Nothing above this protocol knows what keeps it.
///
/// Several servers may share one store, and any of them may die at any moment, so nothing here is a flag that somebody
/// must clear: claims carry the host that made them, and hosts carry a lease.
///
/// Every method that changes something returns only when the change is on the disk: a caller may acknowledge it. A
/// method that throws has changed nothing. All of them throw `Problem`:
/// - `invalid` for an argument that breaks a rule, with the field,
/// - `notFound` for a reference to something that does not exist,
/// - `conflict` for a name or key that is taken,
/// - `tooMany` when more changes wait than the store's bound admits,
/// - `unavailable` when the medium refuses (a full disk), or the store is closed.
///
/// Changing methods do not heed the cancellation of the task that calls them: a change is made or refused, and the
/// caller learns which. Reading methods may throw `CancellationError`.
public protocol Store: Sendable {
  var instances: any InstanceStore { get }
  var hooks: any HookStore { get }
  var runs: any RunStore { get }
  var logs: any LogStore { get }
  var keys: any KeyStore { get }
  var events: any EventStore { get }
  var hosts: any HostStore { get }
  var variables: any VariableStore { get }
  var deadLetters: any DeadLetterStore { get }
  var idempotency: any IdempotencyStore { get }
  var metrics: any MetricStore { get }
  var schedules: any ScheduleStore { get }
  var records: any RecordStore { get }
  var triggers: any TriggerStore { get }

  /// Gives the medium a part of what deletions have freed, if that is much. Holds up no writer for long.
  ///
  /// - Returns: whether there is more to give back.
  @discardableResult
  func tidy() async throws -> Bool

  /// Finishes the changes that wait, refuses new ones, and lets go of files and connections. The second call does
  /// nothing.
  func close() async throws
}
