import Content
import Engine
import Identity
import Model
import Schedules
import Store

/// Clocks that start hooks. Those that a hook declares can be seen, enabled, disabled and run; what they are, their
/// `hook.yaml` says.
extension ManagementAPI {
  /// How often a change of members is tried anew when the schedule has run meanwhile.
  private static let attempts = 5
  private static let bodyLimit = 128 << 10

  func listSchedules(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var filter = ScheduleFilter(
      instance: instance.id, isEnabled: try call.query.flag("enabled"), isSilent: try call.query.flag("silent"))
    if let name = call.query.text("hook") {
      guard let hook = try await services.store.hooks.find(instance: instance.id, name: name) else {
        throw Problem(.notFound, "there is no such hook", field: "hook")
      }
      filter.hook = hook.id
    }
    let limit = try call.query.limit()
    let schedules = try await services.store.schedules.list(
      filter, after: try call.query.integer("cursor", in: 0...Int64.max) ?? 0, limit: limit)
    var hooks: [ID<Hook>: Bool] = [:]
    var items: [ScheduleResource] = []
    for schedule in schedules {
      let answers: Bool
      if let known = hooks[schedule.hook] {
        answers = known
      } else {
        answers = try await services.store.hooks.find(schedule.hook)?.isEnabled ?? false
      }
      hooks[schedule.hook] = answers
      items.append(try await resource(schedule, instance, hookAnswers: answers))
    }
    return .json(Page(items: items, nextCursor: schedules.count == limit ? schedules.last.map { "\($0.serial)" } : nil))
  }

  func showSchedule(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ schedule: Schedule
  ) async throws -> HTTPAnswer {
    .json(try await resource(schedule, instance))
  }

  func createSchedule(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let members = try await call.members(limit: Self.bodyLimit).filter { $0.value != .null }
    guard let hookName = try members.text("hook") else {
      throw Problem(.invalid, "the member is missing", field: "/hook", rule: "required")
    }
    let name = try members.text("name")
    if let name { try Name.validate(name, field: "/name") }
    let hook = try await hookInBody(named: hookName, instance)
    let now = services.clock.now
    let schedule: Schedule
    do {
      let definition = try ScheduleDefinition(members)
      schedule = Schedule(
        id: ID(at: now), instance: instance.id, hook: hook.id, hookName: hook.name,
        name: name ?? definition.derivedName, definition: definition, isEnabled: try members.flag("enabled") ?? true,
        createdAt: now, updatedAt: now, state: ScheduleState(decidedThrough: now, due: now))
      try ScheduleAdmission.requireSlot(of: try check(schedule, hook, instance), after: now)
    } catch {
      throw Self.pointed(error)
    }
    let made: Schedule
    do {
      made = try await services.store.schedules.add(
        schedule, most: Schedule.mostOfInstance, by: principal.actor, at: now)
    } catch var problem as Problem where problem.field == "name" {
      problem.field = "/name"
      if name == nil { problem.hint = "give it a name of its own" }
      throw problem
    }
    return .json(
      try await resource(made, instance), status: 201,
      headers: [HeaderField(name: "Location", value: "/api/v1/schedules/\(made.id)")])
  }

  func updateSchedule(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ schedule: Schedule
  ) async throws -> HTTPAnswer {
    let members = try await call.members(limit: Self.bodyLimit)
    let isEnabled = try members.flag("enabled")
    let expected = try members.number("expected_revision", in: 1...Int64.max)
    let changes = members.filter { ScheduleDefinition.keys.contains($0.key) }
    if !changes.isEmpty { try Self.requireOwn(schedule) }
    var schedule = schedule
    for attempt in 1...Self.attempts {
      let definition = changes.isEmpty ? nil : try await changed(schedule, changes, instance)
      do {
        let updated = try await services.store.schedules.update(
          schedule.id, definition: definition, isEnabled: isEnabled,
          // What the change was made of must still be so.
          expected: expected ?? (definition == nil ? nil : schedule.revision), by: principal.actor,
          at: services.clock.now)
        return .json(try await resource(updated, instance))
      } catch let problem as Problem
        where problem.code == .conflict && expected == nil && attempt < Self.attempts
      {
        guard let found = try await services.store.schedules.find(schedule.id) else {
          throw Problem(.notFound, "there is no such schedule")
        }
        schedule = found
      }
    }
    throw Problem(.conflict, "the schedule changes all the time", hint: "try again")
  }

  func removeSchedule(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ schedule: Schedule
  ) async throws -> HTTPAnswer {
    try Self.requireOwn(schedule)
    let isRemoved = try await services.store.schedules.remove(
      schedule.id, by: principal.actor, at: services.clock.now)
    guard isRemoved else { throw Problem(.notFound, "there is no such schedule") }
    return .nothing
  }

  func listSlots(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ schedule: Schedule
  ) async throws -> HTTPAnswer {
    var from = try call.query.time("after", now: services.clock.now) ?? services.clock.now
    if let cursor = call.query.text("cursor") {
      guard let last = Timestamp(rfc3339: cursor) else { throw APIQuery.badCursor }
      from = last
    }
    let limit = try call.query.limit()
    let timetable = try timetable(of: schedule, instance)
    // One more tells whether there is another page.
    let slots = timetable.next(limit + 1, after: from)
    let items = slots.prefix(limit).map { ScheduleResource.Slot($0, timetable) }
    return .json(Page(items: items, nextCursor: slots.count > limit ? items.last?.moment.rfc3339 : nil))
  }

  /// Runs the hook by hand as a slot would, whatever other runs of the schedule there are.
  func runSchedule(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ schedule: Schedule
  ) async throws -> HTTPAnswer {
    guard let hook = try await services.store.hooks.find(schedule.hook) else {
      throw Problem(.notFound, "there is no such schedule")
    }
    let payload = schedule.definition.payload
    return try await perform(
      Invocation(
        id: ID(at: services.clock.now), instance: instance, hook: hook,
        cause: RunCause(kind: .manual, schedule: schedule.id, key: principal.key.id), payload: payload ?? [:],
        input: .bytes(payload?.serializedBytes ?? []), isAsynchronous: true), call)
  }

  // MARK: - Checks

  /// - Throws: `Problem` `invalid`: the hook stands in a body.
  func hookInBody(named name: String, _ instance: Instance) async throws -> Hook {
    if (try? Name.validate(name, field: "/hook")) != nil,
      let hook = try await services.store.hooks.find(instance: instance.id, name: name)
    {
      return hook
    }
    let names = try await services.store.hooks.list(instance: instance.id).map(\.name)
    throw Problem(
      .invalid, "there is no hook \(name.prefix(64))", field: "/hook", rule: "the name of a hook of the instance",
      hint: Spelling.hint(name, among: names))
  }

  private func check(_ schedule: Schedule, _ hook: Hook, _ instance: Instance) throws -> Timetable {
    try services.deployer.schedules.check(
      schedule.definition, parameters: hook.version.definition.parameters,
      name: schedule.spreadName(instance: instance.name), created: schedule.createdAt)
  }

  /// The definition of a schedule with other members.
  private func changed(
    _ schedule: Schedule, _ changes: [String: JSONValue], _ instance: Instance
  ) async throws -> ScheduleDefinition {
    guard let hook = try await services.store.hooks.find(schedule.hook) else {
      throw Problem(.notFound, "there is no such schedule")
    }
    var new = schedule
    do {
      new.definition = try ScheduleDefinition(Self.merge(changes, into: schedule.definition.members))
      let timetable = try check(new, hook, instance)
      if new.definition.rule != schedule.definition.rule {
        try ScheduleAdmission.requireSlot(of: timetable, after: services.clock.now)
      }
    } catch {
      throw Self.pointed(error)
    }
    return new.definition
  }

  /// `null` removes a member. Another kind of timing takes the place of the one that is there.
  static func merge(
    _ changes: [String: JSONValue], into members: [String: JSONValue]
  ) -> [String: JSONValue] {
    var merged = members
    let kinds = ["every", "cron", "at"]
    if let kind = kinds.first(where: { changes[$0] ?? .null != .null }) {
      for other in kinds where other != kind { merged[other] = nil }
      if kind != "every" { merged["align"] = nil }
    }
    for (name, value) in changes {
      if value == .null { merged.removeValue(forKey: name) } else { merged[name] = value }
    }
    return merged
  }

  private static func requireOwn(_ schedule: Schedule) throws {
    guard schedule.origin == .api else {
      throw Problem(
        .conflict, "the schedule \(schedule.name) is declared by the hook \(schedule.hookName)",
        hint: "change its hook.yaml and deploy that, or disable the schedule")
    }
  }

  /// A problem of a definition, with a pointer into the body in place of the member.
  private static func pointed(_ error: any Error) -> any Error {
    guard var problem = error as? Problem else { return error }
    if problem.field?.hasPrefix("/") != true { problem.field = problem.field.map { "/\($0)" } ?? "body" }
    return problem
  }

  // MARK: - What is shown

  private func timetable(of schedule: Schedule, _ instance: Instance) throws(Problem) -> Timetable {
    try services.deployer.schedules.timetable(
      schedule.definition.rule, name: schedule.spreadName(instance: instance.name), created: schedule.createdAt)
  }

  private func resource(_ schedule: Schedule, _ instance: Instance) async throws -> ScheduleResource {
    let hook = try await services.store.hooks.find(schedule.hook)
    return try await resource(schedule, instance, hookAnswers: hook?.isEnabled ?? false)
  }

  private func resource(
    _ schedule: Schedule, _ instance: Instance, hookAnswers: Bool
  ) async throws -> ScheduleResource {
    var status: RunStatus?
    if let run = schedule.state.lastRun { status = try await services.store.runs.find(run)?.status }
    do {
      let timetable = try timetable(of: schedule, instance)
      let slot = schedule.isEnabled && hookAnswers ? upcoming(schedule, timetable) : nil
      return ScheduleResource(
        schedule, instance: instance.name, words: timetable.describe(),
        next: slot.map { ScheduleResource.Slot($0, timetable) }, lastStatus: status)
    } catch {
      return ScheduleResource(
        schedule, instance: instance.name, words: JSONValue.object(schedule.definition.rule.members).serialized,
        lastStatus: status, problem: error)
    }
  }

  /// The next slot that is not decided; one that jitter has put off may have a moment that is past.
  private func upcoming(_ schedule: Schedule, _ timetable: Timetable) -> ScheduleSlot? {
    let now = services.clock.now
    let slot = timetable.next(after: schedule.state.decidedThrough)
    return slot.map { $0.due < now } ?? true ? timetable.next(after: now) : slot
  }
}

extension ScheduleResource.Slot {
  fileprivate init(_ slot: ScheduleSlot, _ timetable: Timetable) {
    self.init(moment: slot.moment, due: slot.due, local: timetable.zone.text(of: slot.due))
  }
}
