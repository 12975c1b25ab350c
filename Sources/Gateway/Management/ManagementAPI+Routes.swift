import Model
import Store
import Telemetry

/// The one table. docs/http.md, the OpenAPI document and the tests of roles are held against it.
///
/// A new row names its method and path, its operation, a sentence, its parameters, body and answers, and who may use
/// it, and if it changes something what that leaves behind; a shape that the answers need and that has a name belongs
/// in `APIShape.components`.
extension ManagementAPI {
  var routes: [APIRoute] {
    hostRoutes + hookRoutes + deploymentRoutes + exportRoutes + scheduleRoutes + triggerRoutes + runRoutes
      + deadLetterRoutes + logRoutes + eventRoutes + metricRoutes + variableRoutes + keyRoutes
  }

  private var hostRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/healthz", "checkHealth", "Whether the server answers.", answers: [.ok(.object(["status": .text]))],
        .open(health)),
      APIRoute(
        "GET", "/api/v1/version", "showVersion", "What the server says about itself.",
        answers: [.ok(.object(["api": .text, "name": .text, "version": .text]))], .key(.invoker, version)),
      APIRoute(
        "GET", "/api/v1/openapi.json", "showDescription", "This description of the API.",
        answers: [.ok(.map(.anything))], .key(.invoker, description)),
      APIRoute(
        "GET", "/api/v1/instances", "listInstances", "The instances that the key may see, oldest first.",
        query: ["limit", "cursor"], answers: [.ok(.page(.instance))], .key(.viewer, listInstances)),
      APIRoute(
        "POST", "/api/v1/instances", "createInstance", "Makes an instance; for keys of the whole host.",
        body: .members(["name": .text]), answers: [.created(.instance)], errors: [.conflict],
        leaves: .events(["instance.created"]), .host(.admin, createInstance)),
      APIRoute(
        "PATCH", "/api/v1/instances/{instance}", "renameInstance",
        "Gives an instance another name; for keys of the whole host.", body: .members(["name": .text]),
        answers: [.ok(.instance)], errors: [.conflict], leaves: .events(["instance.renamed"]),
        .host(.admin, renameInstance)),
      APIRoute(
        "DELETE", "/api/v1/instances/{instance}", "removeInstance",
        "Removes an instance with all that it has; for keys of the whole host.", answers: [.nothing],
        errors: [.conflict], leaves: .events(["instance.removed"]), .host(.admin, removeInstance)),
    ]
  }

  private var hookRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/hooks", "listHooks", "The hooks of an instance, by name.",
        query: ["instance", "limit", "cursor"], answers: [.ok(.page(.hook))], .instance(.viewer, listHooks)),
      APIRoute(
        "GET", "/api/v1/hooks/{name}", "showHook", "One hook.", query: ["instance"], answers: [.ok(.hook)],
        .instance(.viewer, showHook)),
      APIRoute(
        "POST", "/api/v1/hooks/{name}/runs", "runHook", "Runs a hook by hand and waits for its end.",
        query: ["instance"], body: .members([:], optional: ["payload": .anything, "async": .flag]),
        answers: [.ok(.trace, "The trace with bodies, however the run ended."), .accepted(.trace)],
        errors: [.conflict, .tooMany], leaves: .trace, .instance(.invoker, runHook)),
    ]
  }

  private var deploymentRoutes: [APIRoute] {
    [
      APIRoute(
        "PATCH", "/api/v1/hooks/{name}", "updateHook", "Lets a hook answer or not, or gives it another name.",
        query: ["instance"],
        body: .members([:], optional: ["enabled": .flag, "name": .text, "expected_version": .version]),
        answers: [.ok(.hook)], errors: [.conflict], leaves: .events(["hook.enabled", "hook.disabled", "hook.renamed"]),
        .instance(.editor, updateHook)),
      APIRoute(
        "DELETE", "/api/v1/hooks/{name}", "removeHook", "Removes a hook; its runs and logs stay.",
        query: ["instance", APIParameter("expected_version", .version, "The version that must be active.")],
        answers: [.ok(.object(["id": .id, "name": .text, "in_folder": .flag]))], errors: [.conflict],
        leaves: .events(["hook.removed"]), .instance(.editor, removeHook)),
      APIRoute(
        "POST", "/api/v1/hooks/{name}/deployments", "deployHook",
        "Deploys a version of a hook, or says what it changes.",
        query: ["instance"],
        body: .members(
          ["files": .list(.object(["path": .text, "content": .bytes], optional: ["executable": .flag]))],
          optional: ["dry_run": .flag, "expected_version": .integer(0...Int64.max)]),
        answers: [.ok(.deployment)], errors: [.conflict, .forbidden, .tooMany], leaves: .events(["hook.deployed"]),
        .instance(.editor, deployHook)),
      APIRoute(
        "GET", "/api/v1/hooks/{name}/versions", "listVersions", "The versions of a hook, newest first.",
        query: ["instance", "limit", "cursor"], answers: [.ok(.page(.hookVersion))], .instance(.viewer, listVersions)),
      APIRoute(
        "POST", "/api/v1/hooks/{name}/rollback", "rollBackHook", "Makes an earlier version of a hook the active one.",
        query: ["instance"], body: .members([:], optional: ["version": .version, "expected_version": .version]),
        answers: [.ok(.hook)], errors: [.conflict], leaves: .events(["hook.rolled_back"]),
        .instance(.editor, rollBackHook)),
    ]
  }

  private var exportRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/export", "exportInstance", "The definitions of an instance, or of some of its hooks.",
        query: ["instance", APIParameter("hooks", .text, "Only these hooks: names with commas between.")],
        answers: [.ok(.instanceExport)], errors: [.tooLarge], .instance(.editor, exportInstance)),
      APIRoute(
        "POST", "/api/v1/import", "importInstance", "Applies definitions that were exported, or says what they change.",
        query: ["instance"],
        body: .members(
          ["export": .instanceExport], optional: ["dry_run": .flag, "allow_downgrade": .flag]),
        answers: [
          .ok(
            .object([
              "dry_run": .flag, "hooks": .list(.deployment),
              "schedules": .list(.object(["hook": .text, "name": .text])),
              "triggers": .list(.object(["hook": .text, "name": .text])), "variables": .list(variableName),
              "missing_secrets": .list(variableName),
            ]))
        ], errors: [.conflict, .forbidden, .tooMany], leaves: .events(["instance.imported"]),
        .instance(.admin, importInstance)),
    ]
  }

  private var variableName: APIShape { .object(["kind": .text, "name": .text], optional: ["hook": .text]) }

  private var scheduleRoutes: [APIRoute] {
    let members = APIShape.scheduleMembers
    return [
      APIRoute(
        "GET", "/api/v1/schedules", "listSchedules", "The schedules of an instance, oldest first.",
        query: [
          "instance", "hook", APIParameter("enabled", .flag, "Only those that are enabled, or that are not."),
          APIParameter("silent", .flag, "Only those that are silent, or that are not."), "limit", "cursor",
        ], answers: [.ok(.page(.schedule))], .instance(.viewer, listSchedules)),
      APIRoute(
        "POST", "/api/v1/schedules", "createSchedule", "Makes a schedule beside those that a hook declares.",
        query: ["instance"],
        body: .members(
          ["hook": .text], optional: members.merging(["name": .text, "enabled": .flag]) { own, _ in own }),
        answers: [.created(.schedule)], errors: [.conflict, .tooMany], leaves: .events(["schedule.created"]),
        .instance(.editor, createSchedule)),
      APIRoute(
        "GET", "/api/v1/schedules/{id}", "showSchedule", "One schedule.", answers: [.ok(.schedule)],
        .schedule(.viewer, showSchedule)),
      APIRoute(
        "PATCH", "/api/v1/schedules/{id}", "updateSchedule",
        "Enables or disables a schedule, or changes members of its definition; null removes one.",
        body: .members(
          [:],
          optional: members.mapValues(APIShape.nullable)
            .merging(["enabled": .flag, "expected_revision": .integer(1...Int64.max)]) { own, _ in own }),
        answers: [.ok(.schedule)], errors: [.conflict],
        leaves: .events(["schedule.updated", "schedule.enabled", "schedule.disabled"]),
        .schedule(.editor, updateSchedule)),
      APIRoute(
        "DELETE", "/api/v1/schedules/{id}", "removeSchedule", "Removes a schedule; its runs stay.",
        answers: [.nothing], errors: [.conflict], leaves: .events(["schedule.removed"]),
        .schedule(.editor, removeSchedule)),
      APIRoute(
        "GET", "/api/v1/schedules/{id}/next", "listSlots", "The next slots of a schedule, enabled or not.",
        query: [
          APIParameter("after", .moment, "Slots after that moment, or that long ago; without it after now."), "limit",
          "cursor",
        ], answers: [.ok(.page(.slot))], .schedule(.viewer, listSlots)),
      APIRoute(
        "POST", "/api/v1/schedules/{id}/runs", "runSchedule", "Runs the schedule's hook now, with its payload.",
        answers: [.accepted(.trace)], errors: [.conflict, .tooMany], leaves: .trace, .schedule(.invoker, runSchedule)),
    ]
  }

  private var triggerRoutes: [APIRoute] {
    let members = APIShape.triggerMembers
    return [
      APIRoute(
        "GET", "/api/v1/triggers", "listTriggers", "The triggers of an instance, oldest first.",
        query: [
          "instance", "hook", APIParameter("enabled", .flag, "Only those that are enabled, or that are not."), "limit",
          "cursor",
        ], answers: [.ok(.page(.trigger))], .instance(.viewer, listTriggers)),
      APIRoute(
        "POST", "/api/v1/triggers", "createTrigger", "Makes a trigger beside those that a hook declares.",
        query: ["instance"],
        body: .members(
          ["hook": .text], optional: members.merging(["name": .text, "enabled": .flag]) { own, _ in own }),
        answers: [.created(.trigger)], errors: [.conflict, .tooMany], leaves: .events(["trigger.created"]),
        .instance(.editor, createTrigger)),
      APIRoute(
        "GET", "/api/v1/triggers/{id}", "showTrigger", "One trigger.", answers: [.ok(.trigger)],
        .trigger(.viewer, showTrigger)),
      APIRoute(
        "PATCH", "/api/v1/triggers/{id}", "updateTrigger",
        "Enables or disables a trigger, or changes members of its definition; null removes one.",
        body: .members(
          [:],
          optional: members.mapValues(APIShape.nullable)
            .merging(["enabled": .flag, "expected_revision": .integer(1...Int64.max)]) { own, _ in own }),
        answers: [.ok(.trigger)], errors: [.conflict],
        leaves: .events(["trigger.updated", "trigger.enabled", "trigger.disabled"]),
        .trigger(.editor, updateTrigger)),
      APIRoute(
        "DELETE", "/api/v1/triggers/{id}", "removeTrigger", "Removes a trigger; its runs stay.",
        answers: [.nothing], errors: [.conflict], leaves: .events(["trigger.removed"]),
        .trigger(.editor, removeTrigger)),
    ]
  }

  private var runRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/runs", "listRuns", "Runs, newest first.",
        query: ["instance", "hook", "status", "schedule", "trigger", "since", "limit", "cursor"],
        answers: [.ok(.page(.trace))],
        .instance(.viewer, listRuns)),
      APIRoute(
        "GET", "/api/v1/runs/{id}", "showRun", "One run, with bodies.", answers: [.ok(.trace)],
        .run(.viewer, orOwner: true, showRun)),
      APIRoute(
        "POST", "/api/v1/runs/{id}/cancel", "cancelRun", "Ends a run.", answers: [.ok(.trace)], errors: [.conflict],
        leaves: .events(["run.cancelled"]), .run(.editor, orOwner: false, cancelRun)),
      APIRoute(
        "POST", "/api/v1/runs/{id}/replay", "replayRun", "Runs a hook again with what an earlier run was given.",
        body: .members([:], optional: ["async": .flag, "version": .version, "as_recorded": .flag]),
        answers: [.ok(.trace, "The trace with bodies, however the run ended."), .accepted(.trace)],
        errors: [.conflict, .tooMany], leaves: .events(["run.replayed"]), .run(.editor, orOwner: false, replayRun)),
    ]
  }

  private var deadLetterRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/dead-letters", "listDeadLetters", "Runs whose last attempt failed, newest first.",
        query: ["instance", "hook", "limit", "cursor"], answers: [.ok(.page(.deadLetter))],
        .instance(.viewer, listDeadLetters)),
      APIRoute(
        "DELETE", "/api/v1/dead-letters/{id}", "removeDeadLetter", "Forgets a dead letter; its traces stay.",
        answers: [.nothing], leaves: .events(["dead_letter.removed"]), .run(.editor, orOwner: false, removeDeadLetter)),
      APIRoute(
        "POST", "/api/v1/dead-letters/{id}/redrive", "redriveDeadLetter", "Runs a dead letter again, once.",
        answers: [.accepted(.trace)], errors: [.conflict, .tooMany],
        leaves: .events(["dead_letter.redriven"]), .run(.editor, orOwner: false, redriveDeadLetter)),
    ]
  }

  private var logRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/logs", "listMessages", "Messages, oldest first: those after one, or else the newest.",
        query: ["instance", "hook", "run", "after", "limit"], answers: [.ok(.page(.message))],
        .instance(.viewer, listLogs)),
      APIRoute(
        "GET", "/api/v1/logs/stream", "followMessages", "Messages as they come, as server-sent events.",
        query: ["instance", "hook", "run", "after"],
        answers: [.bytes("text/event-stream", "Events named log, whose data is a Message.")],
        .instance(.viewer, streamLogs)),
    ]
  }

  private var eventRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/events", "listEvents", "What happened, oldest first: events after one, or else the newest.",
        query: ["instance", "scope", "kind", "after", "limit"], answers: [.ok(.page(.event))],
        .instance(.viewer, listEvents)),
      APIRoute(
        "POST", "/api/v1/events", "emitEvent", "Records a custom event, and starts what triggers want for it.",
        query: ["instance"], body: .members(["kind": .text], optional: ["data": .map(.anything)]),
        answers: [.created(.event)], errors: [.tooMany], leaves: .custom, .instance(.editor, emitEvent)),
      APIRoute(
        "GET", "/api/v1/events/stream", "followEvents", "Events as they come, as server-sent events.",
        query: ["instance", "scope", "kind", "after"],
        answers: [.bytes("text/event-stream", "Server-sent events named event, whose data is an Event.")],
        .instance(.viewer, streamEvents)),
    ]
  }

  private var metricRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/metrics", "scrapeMetrics", "What the server counts, for Prometheus.",
        answers: [.bytes(MetricsRegistry.contentType, "The text format of Prometheus, version 0.0.4.")],
        configuration.metricsArePublic ? .open(showMetrics) : .host(.viewer) { call, _ in try await showMetrics(call) }),
      APIRoute(
        "GET", "/api/v1/pools", "listPools", "The processes that are kept ready for runs, by instance and runtime.",
        answers: [.ok(.page(.pool))], .host(.viewer, listPools)),
      APIRoute(
        "GET", "/api/v1/metrics", "listMetrics", "The history of runs, by time and hook.",
        query: ["instance", "hook", "since", "step", "limit", "cursor"], answers: [.ok(.page(.metric))],
        .instance(.viewer, listMetrics)),
    ]
  }

  private var variableRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/env", "listVariables",
        "Variables, configuration and secrets of an instance, or with hook those of that hook alone.",
        query: ["instance", "hook", "limit", "cursor"], answers: [.ok(.page(.variable))],
        .instance(.viewer, listVariables)),
      APIRoute(
        "PUT", "/api/v1/env/{name}", "setVariable", "Sets a variable, a configuration value or a secret.",
        query: ["instance"],
        body: .members(
          ["value": .anything], optional: ["secret": .flag, "hook": .text, "kind": .choice(Variable.Kind.self)]),
        answers: [.ok(.variable)], leaves: .events(["env.set"]), .instance(.editor, setVariable)),
      APIRoute(
        "DELETE", "/api/v1/env/{name}", "removeVariable", "Removes a variable, a configuration value or a secret.",
        query: [
          "instance", "hook", APIParameter("kind", .choice(Variable.Kind.self), "What it is; without it env."),
        ], answers: [.nothing], leaves: .events(["env.removed"]), .instance(.editor, removeVariable)),
    ]
  }

  private var keyRoutes: [APIRoute] {
    [
      APIRoute(
        "GET", "/api/v1/keys", "listKeys", "Keys without their secrets, oldest first.",
        query: ["instance", "limit", "cursor"], answers: [.ok(.page(.key))], errors: [.notFound],
        .key(.admin, listKeys)),
      APIRoute(
        "POST", "/api/v1/keys", "createKey", "Makes a key; only this answer holds its secret.",
        body: .members(
          ["name": .text, "role": .choice(Role.self)],
          optional: ["instance": .text, "expires_at": .time, "expires_in": .text]), answers: [.created(.key)],
        errors: [.notFound], leaves: .events(["key.created"]), .key(.admin, createKey)),
      APIRoute(
        "DELETE", "/api/v1/keys/{id}", "removeKey", "Takes a key out of use at once.", answers: [.nothing],
        leaves: .events(["key.removed"]), .key(.admin, removeKey)),
    ]
  }
}
