import CSandbox
import Model

extension SandboxPolicy {
  /// The policy in the launcher's format: a `gs_spec` and its strings.
  ///
  /// - Throws: `Problem` for what the format cannot carry; the launcher judges the rest.
  func specification() throws(Problem) -> [UInt8] {
    guard !arguments.isEmpty, arguments.count <= Int(GS_ARGUMENTS_MAX) else {
      throw Problem(.invalid, "a run has between 1 and \(GS_ARGUMENTS_MAX) arguments, not \(arguments.count)")
    }
    guard environment.count <= Int(GS_ENVIRONMENT_MAX) else {
      throw Problem(
        .invalid, "a run's environment has \(environment.count) variables", rule: "at most \(GS_ENVIRONMENT_MAX)")
    }
    var strings: [UInt8] = []
    for argument in arguments { try Self.append(argument, to: &strings, "an argument") }
    for (name, value) in environment {
      guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
        throw Problem(.invalid, "a variable of a run's environment cannot be named \"\(name)\"")
      }
      try Self.append("\(name)=\(value)", to: &strings, "the variable \(name)")
    }
    try Self.append(workingDirectory, to: &strings, "the working directory")

    var head = gs_spec()
    let length = MemoryLayout<gs_spec>.size + strings.count
    guard length <= Int(GS_SPEC_LENGTH_MAX) else {
      throw Problem(
        .tooLarge, "a run's arguments and environment are \(length) bytes", rule: "at most \(GS_SPEC_LENGTH_MAX)")
    }
    head.magic = GS_SPEC_MAGIC
    head.version = GS_PROTOCOL_VERSION
    head.length = UInt32(length)
    head.network = UInt32(network == .host ? GS_NETWORK_HOST : GS_NETWORK_NONE)
    head.memory = memory.bytes
    head.disk = disk.bytes
    head.files = Int64(files)
    head.serial = UInt64(clamping: instanceSerial)
    head.cpu_thousandths = UInt32(clamping: Int((cpu * 1000).rounded().clamped(to: 0...1e9)))
    head.processes = UInt32(clamping: processes)
    head.open_files = UInt32(clamping: openFiles)
    head.argument_count = UInt32(arguments.count)
    head.environment_count = UInt32(environment.count)
    guard gs_spec_set_bundle(&head, bundle) == 0 else {
      throw Problem(.invalid, "a bundle is not named by 64 hexadecimal digits: \(bundle ?? "")")
    }
    for (place, name) in [(GS_LAYER_PREPARED, layer), (GS_LAYER_DEPENDENCIES, dependencies)] {
      guard gs_spec_set_layer(&head, UInt32(place), name) == 0 else {
        throw Problem(.invalid, "a layer is not named by 64 hexadecimal digits: \(name ?? "")")
      }
    }
    guard gs_spec_set_runtime(&head, warmRuntime) == 0 else {
      throw Problem(.invalid, "the name of a runtime is too long: \(warmRuntime ?? "")")
    }
    return withUnsafeBytes(of: head) { Array($0) } + strings
  }

  private static func append(_ text: String, to bytes: inout [UInt8], _ what: String) throws(Problem) {
    var text = text
    let fault: Problem? = text.withUTF8 { characters in
      if characters.count > Int(GS_STRING_LENGTH_MAX) {
        return Problem(
          .tooLarge, "\(what) of a run is \(characters.count) bytes", rule: "at most \(GS_STRING_LENGTH_MAX)")
      }
      if characters.contains(0) { return Problem(.invalid, "\(what) of a run holds a zero byte") }
      bytes.append(contentsOf: characters)
      bytes.append(0)
      return nil
    }
    if let fault { throw fault }
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    isNaN ? range.lowerBound : min(max(self, range.lowerBound), range.upperBound)
  }
}
