import Foundation
import Model
import Store
import StoreSQLite

/// Queues runs in the store at the path that is its argument, and prints the id of each as soon as the store has
/// acknowledged it, until it is killed or has made as many as its second argument says.
///
/// With the third argument `slots` it claims slots of schedules instead, and prints the schedule and the moment of each.
///
/// With a number as third argument nine of ten runs have ended, and it then deletes that many of the oldest at once, again and
/// again, and prints a minus and how many it has deleted each time.
@main
struct StoreCrashWriter {
  private static let writers = 8

  static func main() async throws {
    guard (3...4).contains(CommandLine.arguments.count), let count = Int(CommandLine.arguments[2]) else {
      throw Problem(.invalid, "two arguments are needed: the path of the store and the number of runs")
    }
    let store = try SQLiteStore(path: CommandLine.arguments[1])
    let clock = SystemWallClock()
    let batch = CommandLine.arguments.count == 4 ? Int(CommandLine.arguments[3]) : nil
    let instance: Instance
    if let known = try await store.instances.find(name: "main") {
      instance = known
    } else {
      instance = try await store.instances.create(name: "main", at: clock.now)
    }
    if CommandLine.arguments.last == "slots" {
      let claimer = SlotClaimer(store: store, clock: clock, acknowledge: acknowledge)
      try await claimer.claim(of: instance, writers: writers, count: count)
      return try await store.close()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          for number in stride(from: writer, to: count, by: writers) {
            let hasEnded = batch != nil && number % 10 != 0
            var run = Run(
              id: ID(at: clock.now), instance: instance.id, hook: nil, hookName: nil,
              bundleHash: String(repeating: "a", count: 64),
              definition: HookDefinition(runtime: "executable", entry: "main"), cause: RunCause(kind: .manual),
              isAsynchronous: true, queuedAt: clock.now)
            let bodies = RunBodies(payload: ["number": .int(Int64(number))])
            if hasEnded {
              run.status = .succeeded
              run.endedAt = clock.now
              acknowledge("\(try await store.runs.record(run, bodies, logs: []).run.id)")
            } else {
              acknowledge("\(try await store.runs.enqueue(run, bodies).id)")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    if let batch {
      while true {
        let gone = try await store.runs.prune(instance: instance.id, count: 1, bytes: nil, limit: batch)
        guard gone > 0 else { break }
        acknowledge("-\(gone)")
      }
    }
    try await store.close()
  }

  /// One write of less than PIPE_BUF bytes: a reader sees a line whole or not at all.
  @Sendable private static func acknowledge(_ text: String) {
    let line = Array("\(text)\n".utf8)
    guard write(STDOUT_FILENO, line, line.count) == line.count else { exit(1) }
  }
}
