public import Model
public import Schedules
import Schema

/// Decides whether a schedule may be: one check for those of a `hook.yaml` and those that somebody makes over the API.
public struct ScheduleAdmission: Sendable {
  private let zones: ZoneSource

  /// - Parameter zones: gives the clocks of a zone by its name; not asked for UTC.
  public init(zones: @escaping ZoneSource) {
    self.zones = zones
  }

  /// Knows no zone but UTC.
  public static let withoutZones = ScheduleAdmission { name throws(Problem) in
    throw Problem(.unavailable, "the time zone \(name) cannot be looked up: there are no time zones", field: "zone")
  }

  /// What a schedule is reckoned with.
  ///
  /// - Parameters:
  ///   - name: see `Schedule.spreadName(instance:)`.
  ///   - created: when it was made.
  /// - Throws: `Problem` with the member of the definition as its field: `invalid`, or `unavailable` if this host has no
  ///   time zones.
  public func timetable(_ rule: ScheduleRule, name: String, created: Timestamp) throws(Problem) -> Timetable {
    do {
      return try Timetable(rule, name: name, created: created, zones: zones)
    } catch {
      var problem = error
      problem.field = problem.field ?? "zone"
      throw problem
    }
  }

  /// Checks a definition, and its payload against what the hook takes.
  ///
  /// - Parameter parameters: the hook's schema; `nil` where it takes anything.
  /// - Throws: `Problem` as `timetable(_:name:created:)`. The field of what is wrong with the payload is `payload`, with
  ///   the JSON pointer into it.
  @discardableResult
  public func check(
    _ definition: ScheduleDefinition, parameters: JSONValue?, name: String, created: Timestamp
  ) throws(Problem) -> Timetable {
    let timetable = try timetable(definition.rule, name: name, created: created)
    guard let parameters else { return timetable }
    let schema = try JSONSchema(parameters)
    do {
      // The hook's defaults are filled in anew for each run.
      _ = try schema.validate(definition.payload ?? [:])
    } catch {
      var problem = error
      problem.field = "payload" + (error.field ?? "")
      if definition.payload == nil {
        problem.message = "the hook does not take a run without a payload: \(error.message)"
      }
      throw problem
    }
    return timetable
  }

  /// - Throws: `Problem` `invalid` for a schedule that would never run any more.
  public static func requireSlot(of timetable: Timetable, after now: Timestamp) throws(Problem) {
    guard timetable.next(after: now) == nil else { return }
    if case .at(let text) = timetable.rule.timing {
      throw Problem(.invalid, "\(text) is past", field: "at", rule: "after now, \(timetable.zone.text(of: now))")
    }
    throw Problem(
      .invalid, "there is no slot from now to the end of the schedule", field: "end",
      rule: "a slot after now, \(timetable.zone.text(of: now))")
  }
}
