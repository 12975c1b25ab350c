import Model
import Store

extension StoreConformance {
  static let runRaceCases: [StoreConformanceCase] = [
    StoreConformanceCase("fifty writers get serial numbers without gaps, per instance") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let serials = try await withThrowingTaskGroup(of: [(Bool, Int64)].self) { group in
        for writer in 0..<50 {
          group.addTask {
            var serials: [(Bool, Int64)] = []
            for number in 0..<10 {
              let isOther = (writer + number) % 2 == 0
              let run = fixture.run(number, in: isOther ? other.id : nil, isAsynchronous: number % 3 == 0)
              // A refused change among the others takes no number.
              if number == 5 {
                try await expectProblem(.notFound) {
                  try await fixture.store.runs.enqueue(fixture.run(in: ID(at: fixture.start)), RunBodies())
                }
              }
              serials.append((isOther, try await fixture.store.runs.enqueue(run, RunBodies()).serial))
            }
            return serials
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      for isOther in [true, false] {
        try expectEqual(serials.filter { $0.0 == isOther }.map(\.1).sorted(), Array(1...250))
      }
    },
    StoreConformanceCase("of many who claim a run, one gets it") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      let claims = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 {
          group.addTask { try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(1)) }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      try expectEqual(claims, 1)
      try expectEqual(try await fixture.store.runs.find(run.id)?.attempt, 1)
    },
    StoreConformanceCase("of many who end a run, one does, and only its words are kept") { fixture in
      let run = try await fixture.store.runs.enqueue(fixture.run(), RunBodies())
      _ = try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(1))
      let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
        for number in 0..<50 {
          group.addTask {
            let logs = try await fixture.store.runs.finish(
              run.id, RunEnd(status: .failed, endedAt: fixture.time(2), exitCode: number),
              bodies: RunBodies(output: Array("\(number)".utf8)), logs: [fixture.entry("\(number)", run: run.id)])
            return logs == nil ? nil : number
          }
        }
        return try await group.reduce(into: [Int]()) { winners, winner in
          if let winner { winners.append(winner) }
        }
      }
      try expectEqual(winners.count, 1)
      try expectEqual(try await fixture.store.runs.find(run.id)?.exitCode, winners[0])
      try expectEqual(try await fixture.store.runs.bodies(run.id)?.output, Array("\(winners[0])".utf8))
      let logs = try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id), limit: 100)
      try expectEqual(logs.map(\.value), [.json(.string("\(winners[0])"))])
    },
    StoreConformanceCase("of many who close a host's runs, each run is closed by one") { fixture in
      for number in 0..<30 {
        let run = try await fixture.store.runs.enqueue(fixture.run(number), RunBodies())
        _ = try await fixture.store.runs.start(run.id, host: fixture.host, at: fixture.time(number))
      }
      let closed = try await withThrowingTaskGroup(of: [Run].self) { group in
        for _ in 0..<10 {
          group.addTask { try await fixture.store.runs.closeLost(host: fixture.host, at: fixture.time(99)) }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      try expectEqual(closed.map(\.serial).sorted(), Array(1...30))
      let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 100)
      try expectEqual(events.map(\.sequence), Array(1...30))
    },
    StoreConformanceCase("a change that is made while its caller is cancelled is made whole") { fixture in
      let run = fixture.run()
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await fixture.store.runs.enqueue(run, StoreFixture.fullBodies)
      }
      let stored = try await task.value
      try expectEqual(try await fixture.store.runs.find(run.id), stored)
      try expectEqual(try await fixture.store.runs.bodies(run.id), StoreFixture.fullBodies)
    },
  ]
}
