// The cases of handlers, in one file that is compiled once: which one it is says the hook's name.
import Grapnel

struct NoLuck: Error, CustomStringConvertible {
  let description = "no such luck"
}

func deeper() throws {
  throw NoLuck()
}

/// Whatever a case answers with.
enum Answer: HookResult {
  case json(JSON)
  case bytes([UInt8])
  case stream(AsyncStream<JSON>)
  case none

  func answer(_ hook: Hook) async throws {
    switch self {
    case .json(let value): value.answer(hook)
    case .bytes(let bytes): bytes.answer(hook)
    case .stream(let stream): await stream.answer(hook)
    case .none: JSON.null.answer(hook)
    }
  }
}

func handler(_ payload: JSON, _ hook: Hook) async throws -> Answer {
  switch hook.hook {
  case "async":
    await Task.yield()
    return .json("Hello, \(payload.name)")
  case "exception":
    try deeper()
    return .none
  case "generator":
    let lines: [() -> JSON] = [{ "first\n" }, { ["second": .string(readLine() ?? "")] }]
    var index = 0
    return .stream(
      AsyncStream {
        defer { index += 1 }
        guard index < lines.count else { return nil }
        return lines[index]()
      })
  case "payload-json-text":
    print(payload.serialized)
    return .none
  case "payload-object":
    let item = payload.items[1]
    print(item.name, item.born)
    return .none
  case "result-bytes":
    return .bytes(hook.body())
  case "result-nothing":
    return .none
  case "result-object":
    let (a, b) = (payload.a, payload.b)
    return .json(["sum": .int((a.int ?? 0) + (b.int ?? 0)), "parts": [a, b], "nothing": nil, "word": "ü"])
  case "result-text":
    return .json("Hello, \(hook.params.name)")
  default:
    fatalError("there is no such case: \(hook.hook)")
  }
}
