import Glibc

/// Calls a handler and answers with what it returns.
public func serve<Result: HookResult>(_ handler: (JSON, Hook) async throws -> Result) async {
  await perform { try await handler(hook.payload, hook).answer(hook) }
}

public func serve<Result: HookResult>(_ handler: (JSON) async throws -> Result) async {
  await perform { try await handler(hook.payload).answer(hook) }
}

public func serve<Result: HookResult>(_ handler: () async throws -> Result) async {
  await perform { try await handler().answer(hook) }
}

public func serve(_ handler: (JSON, Hook) async throws -> Void) async {
  await perform {
    try await handler(hook.payload, hook)
    JSON.null.answer(hook)
  }
}

public func serve(_ handler: (JSON) async throws -> Void) async {
  await perform {
    try await handler(hook.payload)
    JSON.null.answer(hook)
  }
}

public func serve(_ handler: () async throws -> Void) async {
  await perform {
    try await handler()
    JSON.null.answer(hook)
  }
}

private func perform(_ body: () async throws -> Void) async {
  do {
    try await body()
    fflush(nil)
  } catch {
    // Errors of Swift do not say where they came from.
    let text = String("\(error)".prefix(8000))
    let whole = "\(type(of: error)): \(text)\n"
    Hook.send([
      "type": "error", "exception": .string("\(type(of: error))"), "message": .string(text), "traceback": .string(whole),
    ])
    Descriptor.write(Array(whole.utf8), to: 2)
    exit(1)
  }
}
