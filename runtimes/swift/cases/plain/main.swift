// The cases of plain scripts, in one file that is compiled once: which one it is says the hook's name.
import Glibc
import Grapnel

switch hook.hook {
case "binary":
  hook.header("Content-Type", "application/octet-stream")
  hook.write(hook.body())
case "call":
  let reply = try hook.call("conformance-greet", ["name": "Ada \"ü\"\\"])
  precondition(reply.status == 201)
  print("reply:", reply.text, terminator: "")
case "call-refused":
  do {
    _ = try hook.call("conformance-greet")
  } catch {
    print(error.code == "forbidden" ? "refused" : error.code)
  }
case "config":
  print(hook.config.greeting.text.string ?? "")
case "early-exit":
  hook.header("X-Kept", "yes")
  print("before")
  exit(0)
case "env":
  print(hook.env("SERVICE_TOKEN") ?? "", hook.env("SERVICE_PASSWORD") ?? "unset")
case "exit-code":
  print("partial")
  exit(7)
case "flush":
  hook.respond(status: 202)
  print("first")
  hook.flush()
  print("second", readLine() ?? "")
case "head":
  hook.respond(status: 201, headers: ["Content-Type": "application/json", "Location": "/things/1"])
  hook.header("X-Word", "über \"all\"")
  print("{\"id\":1}", terminator: "")
case "hello":
  print("Hello")
case "ignore-stdin":
  print("done")
case "logs":
  hook.log.debug("one")
  hook.log.info("two\t\"ü\"\n\u{1}")
  hook.log.warning("three")
  hook.log.error("four")
  fputs("from stderr\n", stderr)
  print("done")
case "logs-objects":
  hook.log.info(["a": [1, true, nil]])
case "missing-handler":
  func handel() -> String { "never" }
case "parameters":
  print(hook.env("PARAM_NAME") ?? "", hook.env("PARAM_COUNT") ?? "", hook.env("PARAM_EXTRA") ?? "unset")
case "payload-env":
  print(hook.env("HOOK_PAYLOAD") ?? "")
case "payload-large":
  print(hook.payload.text.string?.count ?? 0)
case "payload-stdin":
  while let line = readLine() { print(line.uppercased()) }
case "request":
  let request = hook.request
  let isHidden = hook.env("HTTP_AUTHORIZATION") == nil && hook.env("HTTP_COOKIE") == nil
  print(
    request.method, request.path, request.query, request.contentType ?? "", request.headers["x-colour"] ?? "",
    isHidden ? "hidden" : "shown")
case "stream":
  while case let part = hook.read(), !part.isEmpty { hook.write(part) }
case "trailers":
  print("abc", terminator: "")
  hook.trailers(["X-Sum": String("abc".utf8.reduce(0) { $0 + Int($1) })])
case "unicode":
  print("Hello, \(hook.params.name)!")
default:
  fatalError("there is no such case: \(hook.hook)")
}
