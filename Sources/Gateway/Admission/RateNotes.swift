import Model
import Synchronization

/// What the limits that a request met say of themselves, for the headers of its answer.
final class RateNotes: Sendable {
  private struct Note {
    var name: String
    var rate: Rate
    var outcome: RateLimiter.Outcome
  }

  private let notes = Mutex<[Note]>([])

  func add(_ name: String, _ rate: Rate, _ outcome: RateLimiter.Outcome) {
    notes.withLock { $0.append(Note(name: name, rate: rate, outcome: outcome)) }
  }

  /// `RateLimit-Policy` and `RateLimit` as structured fields (draft-ietf-httpapi-ratelimit-headers): of each limit its
  /// name, `q` requests in `w` seconds, `r` that are left, and `t` seconds until there is one more.
  var headers: [HeaderField] {
    let notes = notes.withLock { $0 }
    guard !notes.isEmpty else { return [] }
    let policy = notes.map { "\"\($0.name)\";q=\($0.rate.count);w=\(Self.seconds($0.rate.interval))" }
    let state = notes.map { "\"\($0.name)\";r=\($0.outcome.remaining);t=\(Self.seconds($0.outcome.refill))" }
    return [
      HeaderField(name: "RateLimit-Policy", value: policy.joined(separator: ", ")),
      HeaderField(name: "RateLimit", value: state.joined(separator: ", ")),
    ]
  }

  static func seconds(_ duration: Duration) -> Int { Int(duration.inSeconds.rounded(.up)) }
}
