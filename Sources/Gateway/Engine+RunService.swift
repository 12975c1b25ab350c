public import Engine
public import Model
import Store

extension Engine: RunService {
  public nonisolated func follow(instance: ID<Instance>, hookName: String?, run: ID<Run>?) -> AsyncStream<LogEntry> {
    logFeed.subscribe(LogFilter(instance: instance, hookName: hookName, run: run))
  }
}
