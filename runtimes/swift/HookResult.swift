/// What a handler may return.
public protocol HookResult {
  /// Answers with it.
  func answer(_ hook: Hook) async throws
}

extension JSON: HookResult {
  public func answer(_ hook: Hook) {
    // A result that no frame can hold is printed.
    let text = self.serialized
    if text.utf8.count <= Hook.longestFrame - 64 {
      hook.result(self)
    } else if let string {
      hook.write(Array(string.utf8))
    } else {
      hook.header("Content-Type", "application/json")
      hook.write(Array("\(text)\n".utf8))
    }
  }
}

extension String: HookResult {
  public func answer(_ hook: Hook) { JSON.string(self).answer(hook) }
}

extension Int: HookResult {
  public func answer(_ hook: Hook) { JSON.int(self).answer(hook) }
}

extension Double: HookResult {
  public func answer(_ hook: Hook) { JSON.double(self).answer(hook) }
}

extension Bool: HookResult {
  public func answer(_ hook: Hook) { JSON.bool(self).answer(hook) }
}

extension Optional: HookResult where Wrapped: HookResult {
  public func answer(_ hook: Hook) async throws {
    guard let self else { return JSON.null.answer(hook) }
    try await self.answer(hook)
  }
}

/// Bytes become `application/octet-stream`.
extension Array: HookResult where Element == UInt8 {
  public func answer(_ hook: Hook) {
    hook.header("Content-Type", "application/octet-stream")
    hook.write(self)
  }
}

/// A stream goes out chunk by chunk: text as it is, other values as lines of JSON.
extension AsyncStream: HookResult where Element == JSON {
  public func answer(_ hook: Hook) async { for await chunk in self { chunk.send(hook) } }
}

extension AsyncThrowingStream: HookResult where Element == JSON {
  public func answer(_ hook: Hook) async throws { for try await chunk in self { chunk.send(hook) } }
}

extension JSON {
  fileprivate func send(_ hook: Hook) {
    hook.flush()
    hook.write(Array((string ?? "\(serialized)\n").utf8))
  }
}
