import Content
import Model

/// One runtime, by extension.
struct SomeRuntimes: RuntimeNaming {
  let names = ["bash"]

  func knows(_ runtime: String) -> Bool { names.contains(runtime) }

  func startModes(of runtime: String) -> [StartMode] { runtime == "python" ? [.exec, .fork] : [.exec] }

  func obstacle(to definition: HookDefinition) -> Problem? { nil }

  func runtimeName(forFile name: String, firstLine: String) -> String? { name.hasSuffix(".sh") ? "bash" : nil }
}
