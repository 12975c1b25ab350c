import Model
import Records
import Store

/// The changes of one class as they come, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// That something has changed is only a reason to look: the records are read from the store in the order of their
/// moments, so that a reader who is slower than the writers misses nothing, gets nothing twice, and costs no more memory
/// than one page.
actor ClassFeed {
  /// How many records are read at once.
  private static let pageSize = 50

  private let service: RecordService
  private let target: DataTarget
  private let requester: Requester
  /// Who the sender of the request is now; another than at first ends the feed.
  private let sender: @Sendable () async throws -> Requester
  private let signals: FeedSignals
  private let tasks: [Task<Void, Never>]
  private let place: FeedPlaces.Place

  private var hasBegun = false
  private var isDue = true
  private var last: Int64
  private var waiting: ArraySlice<StoredObject> = []

  /// - Parameters:
  ///   - last: the moment after which it begins; `nil` for now.
  ///   - whenOver: takes what is to be done when the reader has gone.
  /// - Throws: `DataRefusal` for a class that the requester may not list.
  init(
    _ target: DataTarget, of service: RecordService, for requester: Requester, after last: Int64?, heartbeat: Duration,
    in place: FeedPlaces.Place, whenOver: (@escaping @Sendable () -> Void) -> Void,
    sender: @escaping @Sendable () async throws -> Requester
  ) async throws {
    (self.service, self.target, self.requester, self.place) = (service, target, requester, place)
    self.sender = sender
    // First follow, then look at what is there: nothing falls in between.
    let arrivals = service.arrivals()
    let now = try await service.perform(
      DataRequest(.read, target, selection: DataSelection(limit: 1)), as: requester
    ).timestamp
    self.last = last ?? now
    let signals = FeedSignals()
    self.signals = signals
    tasks = [
      Task {
        for await _ in arrivals { signals.note(.news) }
        signals.end()
      },
      Task {
        while (try? await Task.sleep(for: heartbeat)) != nil { signals.note(.heartbeat) }
      },
    ]
    whenOver { signals.end() }
  }

  deinit {
    for task in tasks { task.cancel() }
  }

  /// The next part of the answer; `nil` at its end, which comes when the requester may not list the class any more.
  func next() async throws -> [UInt8]? {
    guard hasBegun else {
      hasBegun = true
      return Array(": changes\n\n".utf8)
    }
    do {
      while true {
        if let record = waiting.popFirst() { return event(record) }
        if isDue {
          try await look()
        } else {
          switch await signals.next() {
          case nil: return nil
          case .news: isDue = true
          case .heartbeat:
            guard try await sender() == requester else { return nil }
            return Array(": heartbeat\n\n".utf8)
          }
        }
      }
    } catch is DataRefusal {
      return nil
    }
  }

  /// Reads what has changed since the last record that was read.
  private func look() async throws {
    let selection = DataSelection(
      filters: [FieldFilter(.modified, .greater(.int(last)))], order: [FieldOrder(.modified)], limit: Self.pageSize,
      includesDeleted: true)
    let answer = try await service.perform(DataRequest(.read, target, selection: selection), as: requester)
    guard case .page(let page) = answer.content else { return }
    waiting = page.objects[...]
    isDue = page.next != nil
  }

  private func event(_ record: StoredObject) -> [UInt8] {
    last = record.modified
    return Array("event: change\nid: \(record.modified)\ndata: ".utf8) + record.data + Array("\n\n".utf8)
  }
}
