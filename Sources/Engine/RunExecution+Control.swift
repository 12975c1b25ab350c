import EventLoop
import Model
import Runtimes

extension RunExecution {
  /// Takes in all that waits in the control pipe.
  func controlHasMore() {
    guard let control, intervention == nil || !isMalformed else { return }
    while let bytes = control.take() {
      do {
        for frame in try decoder.append(bytes) { apply(frame) }
      } catch {
        intervene(malformation(error))
        control.close()
        return
      }
    }
  }

  /// Looks whether the control pipe ended inside a frame, which may have been the result.
  func controlHasEnded() {
    do {
      try decoder.finish()
    } catch {
      intervene(malformation(error))
    }
  }

  /// What is wrong with a frame may cite it, and cut it.
  private func malformation(_ error: any Error) -> RunVerdict.Intervention {
    let words = (error as? Problem)?.message ?? "\(error)"
    return .malformedControl(mask?.mask(words, isCut: true) ?? words)
  }

  private var isMalformed: Bool {
    if case .malformedControl = intervention { true } else { false }
  }

  private func apply(_ frame: ControlFrame) {
    switch frame {
    case .head(let status, let headers):
      // A head that is on its way cannot be changed; saying so is kinder than dropping it.
      if answer.isDecided, !answer.isAccepted {
        log(.warning, .host, .json("a status or header came after the head was sent, and was dropped"))
      } else {
        head.apply(status: status, headers: headers)
      }
    case .flush:
      releaseHead()
    case .trailers(let fields):
      head.append(trailers: fields)
    case .result(let value):
      result = value
    case .log(let level, let value):
      log(level, .log, .json(mask?.mask(value) ?? value))
    case .error(let failure):
      exception = mask?.mask(failure) ?? failure
    }
  }

  func log(_ level: LogEntry.Level, _ stream: LogEntry.Stream, _ value: LogEntry.Value) {
    guard loggedEntries < Self.mostLogEntries else { return }
    loggedEntries += 1
    let isLast = loggedEntries == Self.mostLogEntries
    let run = plan.run
    pendingLogs.append(
      LogEntry(
        instance: run.instance, hook: run.hook, hookName: run.hookName, run: run.id, time: surroundings.clock.now,
        level: isLast ? .warning : level, stream: isLast ? .host : stream,
        value: isLast ? .json(.string("the log is cut here: a run may log \(Self.mostLogEntries) messages")) : value,
        clientAddress: run.request?.remoteAddress))
    if pendingLogs.count == 1 {
      logTimer.start(after: Self.logDelay) { [weak self] in self?.flushLogs() }
    } else if pendingLogs.count == 1000 {
      flushLogs()
    }
  }

  private func flushLogs() {
    guard !pendingLogs.isEmpty else { return }
    let (entries, record) = (pendingLogs, surroundings.recordLogs)
    pendingLogs = []
    // One after the other, so that the store sees them in their order.
    let earlier = logTask
    logTask = LoopTask {
      await earlier?.wait()
      await record(entries)
    }
  }
}
