import Content
import Model

/// Three runtimes by extension and first line.
struct SomeRuntimes: RuntimeNaming {
  let names = ["bash", "python", "executable"]

  func knows(_ runtime: String) -> Bool { names.contains(runtime) }

  func startModes(of runtime: String) -> [StartMode] { runtime == "python" ? [.exec, .fork] : [.exec] }

  func obstacle(to definition: HookDefinition) -> Problem? { nil }

  func runtimeName(forFile name: String, firstLine: String) -> String? {
    if name.hasSuffix(".py") || firstLine.hasSuffix("python3") { return "python" }
    return name.hasSuffix(".sh") || firstLine == "#!/bin/bash" ? "bash" : nil
  }
}
