import Model
import Store

/// The shapes that have a name. docs/cli.md says what their members mean.
extension APIShape {
  static let bundle = component("Bundle")
  static let capturedBytes = component("CapturedBytes")
  static let deadLetter = component("DeadLetter")
  static let definition = component("HookDefinition")
  static let deployment = component("Deployment")
  static let error = component("Error")
  static let event = component("Event")
  static let headers = component("Headers")
  static let hook = component("Hook")
  static let hookVersion = component("HookVersion")
  static let instance = component("Instance")
  static let instanceExport = component("InstanceExport")
  static let key = component("Key")
  static let message = component("Message")
  static let metric = component("Metric")
  static let pool = component("Pool")
  static let trace = component("Trace")
  static let variable = component("Variable")

  static let components = ownComponents.merging(scheduleComponents) { own, _ in own }
    .merging(triggerComponents) { own, _ in own }

  private static let ownComponents: [String: APIShape] = [
    "Bundle": .object(["hash": .text, "size": .integer, "file_count": .integer]),
    "CapturedBytes": .object(["cut": .flag], optional: ["text": .text, "base64": .bytes]),
    "DeadLetter": .object(
      [
        "id": .id, "instance": .text, "status": .choice(RunStatus.self), "attempts": .integer, "first_run": .id,
        "async": .flag, "died_at": .time,
      ], optional: ["hook": .text, "failure": failure]),
    "Deployment": .object(
      ["hook": .text, "changed": .flag, "dry_run": .flag, "difference": difference], optional: ["version": .integer]),
    "Error": .object(
      [
        "error": problem
      ], optional: ["run": .id]),
    "Event": .object(
      ["sequence": .integer, "time": .time, "kind": .text, "actor": .text, "data": .map(.anything)],
      optional: ["instance": .text, "subject": .text]),
    "Headers": .list(.object(["name": .text, "value": .text])),
    "Hook": .object(
      [
        "id": .id, "instance": .text, "serial": .integer, "name": .text, "enabled": .flag, "version": .integer,
        "origin": .choice(HookVersion.Origin.self), "in_folder": .flag, "bundle": .bundle, "definition": .definition,
        "created_at": .time, "updated_at": .time,
      ], optional: ["preparation": preparation]),
    "HookVersion": .object([
      "number": .integer, "active": .flag, "origin": .choice(HookVersion.Origin.self), "actor": .text,
      "bundle": .bundle, "definition": .definition, "created_at": .time,
    ]),
    "HookDefinition": .object(
      [
        "runtime": .text, "entry": .text, "description": .text, "endpoint": endpointRule, "limits": limits,
        "network": .choice(NetworkAccess.self), "env": .map(.text), "config": .anything,
        "secrets": .list(.text), "tags": .list(.text),
        "scopes": .list(.text), "schedules": .list(declaredSchedule), "triggers": .list(declaredTrigger),
      ],
      optional: [
        "parameters": .anything, "start": .choice(StartMode.self), "retries": retries, "on_failure": .text,
        "layers": .object([:], optional: ["prepared": .text, "dependencies": .text]),
      ]),
    "Instance": .object([
      "id": .id, "serial": .integer, "name": .text, "description": .text, "created_at": .time,
    ]),
    "InstanceExport": .object(
      [
        "format": .text, "format_version": .integer,
        "hooks": .list(
          .object([
            "name": .text, "enabled": .flag, "version": .integer,
            "files": .list(.object(["path": .text, "executable": .flag, "content": .bytes])),
          ])), "variables": .list(exportedVariable), "secrets": .list(exportedVariable),
      ],
      optional: [
        "schedules": .list(
          .object([
            "hook": .text, "name": .text, "enabled": .flag, "definition": .object([:], optional: scheduleMembers),
          ])),
        "triggers": .list(
          .object([
            "hook": .text, "name": .text, "enabled": .flag, "definition": .object([:], optional: triggerMembers),
          ])),
      ]),
    "Pool": .object(
      [
        "instance": .text, "runtime": .text, "start": .choice(StartMode.self), "network": .choice(NetworkAccess.self),
        "ready": .flag, "waiting": .list(.integer), "served": .integer, "missed": .integer, "losses": .integer,
        "recycled": .integer, "idle_seconds": .integer,
      ], optional: ["pid": .integer, "memory_bytes": .integer]),
    "Key": .object(
      ["id": .id, "name": .text, "role": .choice(Role.self), "prefix": .text, "created_at": .time],
      optional: ["instance": .text, "secret": .text, "expires_at": .time]),
    "Message": .object(
      [
        "sequence": .integer, "time": .time, "level": .choice(LogEntry.Level.self),
        "stream": .choice(LogEntry.Stream.self), "value": .object([:], optional: ["json": .anything, "bytes": .bytes]),
      ], optional: ["hook": .text, "run": .id]),
    "Metric": .object(
      [
        "time": .time, "hook": .text, "runs": .integer, "statuses": .map(.integer), "duration_ms": spans,
        "buckets": .list(.object(["count": .integer], optional: ["up_to_ms": .integer])), "wait_ms": spans,
        "cpu_ms": .number, "peak_memory_bytes": .integer,
      ], optional: ["p50_ms": .number, "p95_ms": .number, "p99_ms": .number]),
    "Trace": .object(
      [
        "id": .id, "instance": .text, "serial": .integer, "runtime": .text, "bundle": .text,
        "status": .choice(RunStatus.self), "cause": cause, "async": .flag, "attempt": .integer, "queued_at": .time,
        "cpu_ms": .number, "peak_memory_bytes": .integer, "bytes_in": .integer, "bytes_out": .integer,
      ],
      optional: [
        "hook": .text, "hook_id": .id, "started_at": .time, "ended_at": .time, "duration_ms": .number,
        "exit_code": .integer, "signal": .integer, "failure": failure, "request": request, "bodies": bodies,
        "retry_of": .id, "not_before": .time, "attempts": .list(attempt),
      ]),
    "Variable": .object(
      [
        "instance": .text, "kind": .choice(Variable.Kind.self), "name": .text, "secret": .flag, "updated_at": .time,
      ], optional: ["hook": .text, "value": .anything]),
  ]

  private static let exportedVariable = object(
    ["kind": .text, "name": .text], optional: ["hook": .text, "value": .anything])

  private static let difference = object([
    "files": .list(
      .object(
        ["path": .text, "change": .choice(DeploymentDifference.Change.self)],
        optional: ["executable": .flag, "diff": .text])),
    "definition": .list(.object(["key": .text], optional: ["from": .anything, "to": .anything])),
  ])

  private static let spans = object(["total": .number, "longest": .number])

  private static let endpointRule = object(
    ["public": .flag, "methods": .list(.text), "stream": .flag, "deadline_ms": .integer],
    optional: [
      "signature": signatureRule,
      "rate": .object([:], optional: ["per_key": .text, "per_address": .text]),
      "cors": .object([
        "origins": .list(.text), "methods": .list(.text), "headers": .list(.text), "expose": .list(.text),
        "credentials": .flag, "max_age_ms": .integer,
      ]),
    ])

  private static let signatureRule = object(
    [
      "scheme": .choice(SignatureRule.Scheme.self), "secrets": .list(.text), "header": .text,
      "algorithm": .choice(SignatureRule.Algorithm.self), "encoding": .choice(SignatureRule.Encoding.self),
      "prefix": .text, "tolerance_ms": .integer,
    ], optional: ["timestamp_header": .text])

  private static let retries = object([
    "max": .integer, "backoff_ms": .integer, "factor": .number, "max_backoff_ms": .integer, "jitter": .number,
  ])

  private static let attempt = object(
    ["id": .id, "attempt": .integer, "status": .choice(RunStatus.self)],
    optional: ["not_before": .time, "ended_at": .time])

  private static let limits = object([
    "timeout_ms": .integer, "memory": .text, "cpu": .number, "processes": .integer, "disk": .text, "files": .integer,
    "output": .text, "concurrency": .integer, "queue": .integer,
  ])

  private static let preparation = object(
    ["state": .choice(PreparationStatus.State.self), "since": .time], optional: ["problem": problem])

  static let problem = object(
    ["code": .choice(Problem.Code.self), "message": .text],
    optional: [
      "field": .text, "rule": .text, "hint": .text, "file": .text, "line": .integer, "retry_after_seconds": .integer,
    ])

  private static let cause = object(
    ["kind": .choice(RunCause.Kind.self)],
    optional: [
      "parent": .id, "schedule": .id, "slot": .time, "endpoint": .text, "trigger": .id, "key": .id, "depth": .integer,
      "chain": .list(.id),
    ])

  private static let failure = object(
    ["reason": .text, "message": .text],
    optional: ["setting": .text, "exception": .text, "traceback": .text, "actor": .text])

  private static let request = object(
    ["method": .text, "path": .text, "query": .text, "headers": .map(.text)],
    optional: ["content_type": .text, "remote_address": .text, "traceparent": .text])

  private static let bodies = object(
    ["input": .capturedBytes, "output": .capturedBytes, "error_output": .capturedBytes],
    optional: [
      "payload": .anything, "result": .anything,
      "response": .object(["status": .integer, "headers": .headers, "trailers": .headers]),
    ])
}
