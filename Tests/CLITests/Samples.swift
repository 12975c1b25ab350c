import Foundation
import Model

/// Entities that the tests show, with every member that can be there.
enum Samples {
  static let runID = ID<Run>("01kak0000000000000000000r1")!
  static let hookID = ID<Hook>("01kak0000000000000000000h1")!
  static let keyID = ID<Key>("01kak0000000000000000000k1")!
  private static let instanceID = ID<Instance>("01kak0000000000000000000a1")!

  static func ago(_ seconds: Double) -> Timestamp {
    Surroundings.now + .microseconds(-Int64(seconds * 1_000_000))
  }

  static let instance = Instance(id: instanceID, serial: 2, name: "shop", createdAt: ago(90_000))

  static let definition = HookDefinition(
    runtime: "python", entry: "main.py", description: "Greets a person",
    endpoint: EndpointRule(isPublic: true, methods: ["GET", "POST"]),
    parameters: ["properties": ["name": ["type": "string", "maxLength": 80]]], env: ["GREETING": "hello"],
    config: ["any": 1], secrets: ["STRIPE_KEY"], tags: ["demo"], scopes: ["hooks.run:other"])

  static let hook = hook(declaring: definition)

  static func hook(declaring definition: HookDefinition) -> HookResource {
    HookResource(
      Hook(
        id: hookID, instance: instanceID, serial: 1, name: "hello",
        version: HookVersion(
          id: ID("01kak0000000000000000000v1")!,
          number: 3, bundle: Bundle(hash: String(repeating: "ab", count: 32), size: 420, fileCount: 2),
          definition: definition, createdAt: ago(120)),
        createdAt: ago(90_000), updatedAt: ago(120)), instance: "main")
  }

  static let difference = DeploymentDifference(
    files: [
      .init(path: "lib/new.py", change: .added),
      .init(path: "main.py", change: .changed, executable: true, diff: "@@ -1 +1 @@\n-print(1)\n+print(2)\n"),
      .init(path: "old\u{1B}[31m.py", change: .removed),
    ],
    definition: [.init(key: "limits.memory", from: "256MiB", to: "1GiB"), .init(key: "parameters", from: nil, to: [:])])

  static func version(_ number: Int64, isActive: Bool = false) -> VersionResource {
    VersionResource(
      HookVersion(
        id: ID("01kak0000000000000000000v1")!, number: number,
        bundle: Bundle(hash: String(repeating: "ab", count: 32), size: 420, fileCount: 2), definition: definition,
        origin: number == 1 ? .folder : .api, actor: number == 1 ? "folder" : "key:\(keyID)", createdAt: ago(120)),
      isActive: isActive)
  }

  static func run(_ status: RunStatus = .succeeded, failure: RunFailure? = nil) -> Run {
    Run(
      id: runID, instance: instanceID, serial: 7, hook: hookID, hookName: "hello",
      bundleHash: String(repeating: "ab", count: 32), definition: definition,
      cause: RunCause(kind: .manual, key: keyID), status: status, attempt: 1, queuedAt: ago(61.5), startedAt: ago(61),
      endedAt: status.isFinal ? ago(60) : nil, exitCode: status.isFinal ? (failure == nil ? 0 : 1) : nil,
      use: ResourceUse(cpuMicroseconds: 21_500, peakMemoryBytes: 9_500_000, bytesIn: 14, bytesOut: 12),
      failure: failure)
  }

  static func trace(
    _ status: RunStatus = .succeeded, failure: RunFailure? = nil, output: [UInt8] = Array("Hello, Ada!\n".utf8),
    result: JSONValue? = nil
  ) -> TraceResource {
    TraceResource(
      run(status, failure: failure), instance: "main",
      bodies: RunBodies(
        payload: ["name": "Ada"], input: Array("{\"name\":\"Ada\"}".utf8), output: output,
        errorOutput: Array("greeting Ada\n".utf8), result: result))
  }

  static let failure = RunFailure(
    reason: "exception", message: "bad \u{1B}[31mname", setting: nil, exception: "ValueError",
    traceback: "Traceback:\n  File \"main.py\", line 2\nValueError: bad \u{1B}[31mname")

  static func message(_ sequence: Int64, _ value: LogEntry.Value, _ level: LogEntry.Level = .info) -> LogResource {
    LogResource(
      LogEntry(
        sequence: sequence, instance: instanceID, hook: hookID, hookName: "hello", run: runID, time: ago(60),
        level: level, stream: .stderr, value: value))
  }

  static let scheduleID = ID<Schedule>("01kak0000000000000000000s1")!

  /// What a hook declares, and how it fares: all members that there can be.
  static func schedule(
    _ name: String = "nightly", _ rule: ScheduleRule = ScheduleRule(.cron("30 2 * * *"), zone: "Europe/Berlin"),
    words: String = "at 02:30 every day, Europe/Berlin", inSeconds: Double? = 15 * 3600,
    lastStatus: RunStatus? = .succeeded, _ change: (inout Schedule) -> Void = { _ in }
  ) -> ScheduleResource {
    var schedule = Schedule(
      id: scheduleID, instance: instanceID, serial: 4, hook: hookID, hookName: "hello", name: name,
      definition: ScheduleDefinition(rule: rule, description: "Greets at night", payload: ["name": "Ada"]),
      createdAt: ago(90_000), updatedAt: ago(120), revision: 12,
      state: ScheduleState(
        decidedThrough: ago(60), due: nil, lastSlot: lastStatus == nil ? nil : ago(3700),
        lastRun: lastStatus == nil ? nil : runID, fired: lastStatus == nil ? 0 : 7))
    change(&schedule)
    return ScheduleResource(
      schedule, instance: "main", words: words,
      next: inSeconds.map { slot(inSeconds: $0) }, lastStatus: lastStatus)
  }

  static func slot(inSeconds seconds: Double) -> ScheduleResource.Slot {
    let due = ago(-seconds)
    let local = (due + .seconds(3600)).rfc3339.prefix(19) + "+01:00"
    return .init(moment: due, due: due, local: String(local))
  }

  static let triggerID = ID<Trigger>("01kak0000000000000000000t1")!

  /// All members that there can be.
  static func trigger(
    _ name: String = "high", _ definition: TriggerDefinition? = nil, last: RunStatus? = .succeeded,
    _ change: (inout Trigger) -> Void = { _ in }
  ) -> TriggerResource {
    let high = TriggerDefinition(
      source: .recordClass("scores"), signals: [.create, .update], fields: ["points"],
      condition: TriggerCondition(
        new: ["points": FieldTest(minimum: 100)], old: ["state": FieldTest(equals: "open")]),
      description: "Mails the best")
    var trigger = Trigger(
      id: triggerID, instance: instanceID, serial: 3, hook: hookID, hookName: "hello", name: name,
      definition: definition ?? high, createdAt: ago(90_000), updatedAt: ago(120), revision: 2)
    change(&trigger)
    return TriggerResource(trigger, instance: "main", last: last.map { run($0) })
  }

  static func key(secret: String? = nil, expiresAt: Timestamp? = nil) -> KeyResource {
    KeyResource(
      Key(
        id: keyID, instance: instanceID, name: "ci", role: .invoker, prefix: "grk_AbCd", createdAt: ago(3700),
        expiresAt: expiresAt), instance: "main", secret: secret)
  }
}
