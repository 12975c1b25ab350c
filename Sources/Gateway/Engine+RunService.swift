public import Engine
public import Model
import Store

extension Engine: RunService {
  public nonisolated func emit(
    _ kind: String, data: JSONValue, in instance: ID<Instance>, by actor: String
  ) async throws -> Event {
    try await emit(kind, data: data, in: instance, by: actor, cause: nil)
  }

  public nonisolated func follow(instance: ID<Instance>, hookName: String?, run: ID<Run>?) -> AsyncStream<LogEntry> {
    logFeed.subscribe(LogFilter(instance: instance, hookName: hookName, run: run))
  }
}
