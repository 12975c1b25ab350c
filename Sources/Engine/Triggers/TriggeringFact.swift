import Model
import Store

/// A change or an event, as triggers look at it.
struct TriggeringFact: Sendable {
  /// Whose it is; `nil` for what is the whole host's.
  var instance: ID<Instance>?
  var kind: TriggerSource.Key
  /// The name of the class or group, or the kind of the event.
  var name: String
  /// `nil` for an event.
  var signal: ChangeSignal?
  /// What was there before; of events, nothing.
  var old: JSONValue?
  /// What is there now; of events, their data.
  var new: JSONValue?
  /// What the run is told beside the trigger.
  var payload: [String: JSONValue]
  /// Runs of one trigger for facts with the same one start one after another; `nil` for those that need not.
  var orderKey: String?
  /// What has led to it; `nil` for what people have done.
  var cause: RunCause?
  var time: Timestamp

  /// Whether a trigger fires for it that runs at that moment.
  func fires(_ trigger: Trigger, _ moment: TriggerMoment) -> Bool {
    let definition = trigger.definition
    guard definition.moment == moment, definition.source.covers(kind, name) else { return false }
    guard let signal else { return definition.admits(event: new ?? [:]) }
    return definition.admits(signal, old: old, new: new)
  }
}
