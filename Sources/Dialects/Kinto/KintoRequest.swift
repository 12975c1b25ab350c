import Records
import Store

/// One call, read as far as that needs neither data nor rights.
struct KintoRequest: Sendable {
  enum Subject: Sendable {
    /// There is nothing to ask anybody.
    case answered(KintoAnswer)
    case root
    case heartbeat
    case permissions
    case history(bucket: String)
    case flush
    case data(DataRequest)
  }

  /// How much of a changed object the answer shows.
  enum Behaviour: String, Sendable {
    case full
    /// The members whose values have changed.
    case light
    /// The members that are not as they were sent.
    case diff
  }

  var call: KintoCall
  var subject: Subject
  var requester: Requester
  var query = KintoQuery("", isList: false, now: 0)
  var behaviour = Behaviour.full
  /// What must be true besides, of a read that its sender has as it is.
  var condition: Precondition?
  /// Whether the address is below the requester's own bucket by its other name.
  var isInDefaultBucket = false

  init(_ call: KintoCall, _ subject: Subject, by requester: Requester) {
    self.call = call
    self.subject = subject
    self.requester = requester
  }

  /// Whether carrying it out may change something.
  var changes: Bool {
    switch subject {
    case .answered, .root, .heartbeat, .permissions: false
    case .flush: true
    case .history, .data: !call.isRead
    }
  }

  /// The class that is made with the requester's own bucket.
  var impliedClass: String? {
    guard case .data(let request) = subject else { return nil }
    switch request.target.kind {
    case .record: return request.target.recordClass
    case .recordClass where call.method != "PUT": return request.target.name
    default: return nil
    }
  }
}
