import Model

/// A trace for people.
enum TraceText {
  static func describe(_ run: TraceResource, _ console: Console, now: Timestamp) -> String {
    var fields = FieldList()
    fields.add("run", run.id.text)
    fields.add("status", run.status.rawValue, Colour(run.status))
    fields.add("reason", run.failure.map { reason($0) })
    fields.add("hook", run.hook.map { "/\(run.instance)/\($0)" })
    fields.add("cause", run.cause.kind.rawValue + (run.cause.parent.map { " of run \($0)" } ?? ""))
    fields.add("schedule", run.cause.schedule?.text)
    fields.add("trigger", run.cause.trigger?.text)
    fields.add("slot", run.cause.slot.map(Measure.moment))
    fields.add("runtime", run.runtime)
    fields.add("bundle", run.bundle)
    fields.add("queued", "\(Measure.moment(run.queuedAt)) (\(Measure.age(run.queuedAt, now: now)))")
    fields.add("started", run.startedAt.map(Measure.moment))
    fields.add("ended", run.endedAt.map(Measure.moment))
    fields.add("took", run.durationMilliseconds.map(Measure.milliseconds))
    fields.add("not before", run.notBefore.map(Measure.moment))
    fields.add("attempt", run.attempt > 1 || run.retryOf != nil ? String(run.attempt) : nil)
    fields.add("retry of", run.retryOf?.text)
    fields.add("attempts", run.attempts.map(attempts))
    fields.add("exit code", run.exitCode.map(String.init))
    fields.add("signal", run.signal.map(String.init))
    fields.add("used", used(run))
    if let bodies = run.bodies {
      fields.add("payload", bodies.payload.map { JSONText.line($0) })
      fields.add("response", bodies.response.map { JSONText.line($0) })
      fields.add("result", bodies.result.map { JSONText.line($0) })
      fields.add("input", captured(bodies.input))
      fields.add("output", captured(bodies.output))
      fields.add("errors", captured(bodies.errorOutput))
    }
    fields.add("traceback", run.failure?.traceback)
    return fields.text(console)
  }

  /// The reason of a failure with the setting that changes it.
  static func reason(_ failure: RunFailure) -> String {
    let exception = failure.exception.map { "\($0): " } ?? ""
    let setting = failure.setting.map { " (change \($0))" } ?? ""
    return exception + failure.message + setting
  }

  private static func attempts(_ attempts: [TraceResource.Attempt]) -> String {
    attempts.map { each in
      let start = each.endedAt == nil ? each.notBefore.map { ", not before \(Measure.moment($0))" } : nil
      return "\(each.attempt)  \(each.id)  \(each.status.rawValue)\(start ?? "")"
    }
    .joined(separator: "\n")
  }

  private static func used(_ run: TraceResource) -> String? {
    guard run.startedAt != nil else { return nil }
    return "cpu \(Measure.milliseconds(run.cpuMilliseconds)), memory \(Measure.bytes(run.peakMemoryBytes)), "
      + "in \(Measure.bytes(run.bytesIn)), out \(Measure.bytes(run.bytesOut))"
  }

  private static func captured(_ bytes: CapturedBytes) -> String? {
    let cut = bytes.cut ? "\n[cut here: there was more]" : ""
    if let text = bytes.text {
      let trimmed = text.hasSuffix("\n") ? String(text.dropLast()) : text
      return trimmed.isEmpty && !bytes.cut ? nil : trimmed + cut
    }
    return bytes.base64.map { "(not text; base 64) \($0)\(cut)" }
  }
}
