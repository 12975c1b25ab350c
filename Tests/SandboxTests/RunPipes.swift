import CSandbox
import EventLoop
import Glibc
import Sandbox
import Testing

/// The pipes of one run, with our ends ready to use.
@LoopActor
struct RunPipes {
  let forRun: RunDescriptors
  let input: PipeWriter
  let output: PipeReader
  let errorOutput: PipeReader
  let control: PipeReader
  let host: PipeReader

  init() throws {
    let (input, output, error, control) = (try pipe(), try pipe(), try pipe(), try pipe())
    var sockets: (Int32, Int32) = (-1, -1)
    let made = withUnsafeMutablePointer(to: &sockets) {
      $0.withMemoryRebound(to: Int32.self, capacity: 2) { gs_channel_sockets($0) }
    }
    try #require(made == 0)
    forRun = RunDescriptors(
      input: input.0, output: output.1, errorOutput: error.1, control: control.1, host: sockets.1)
    self.input = try PipeWriter(adopting: input.1)
    self.output = try PipeReader(adopting: output.0)
    errorOutput = try PipeReader(adopting: error.0)
    self.control = try PipeReader(adopting: control.0)
    host = try PipeReader(adopting: sockets.0)
  }

  func close() {
    input.close()
    for reader in [output, errorOutput, control, host] { reader.close() }
  }
}

/// A pipe's two descriptors, close-on-exec: to read, to write.
func pipe() throws -> (Int32, Int32) {
  var ends: (Int32, Int32) = (-1, -1)
  let made = withUnsafeMutablePointer(to: &ends) {
    $0.withMemoryRebound(to: Int32.self, capacity: 2) { gs_channel_pipe($0) }
  }
  try #require(made == 0)
  return ends
}

/// All that comes until the end, as text.
@LoopActor
func text(of reader: PipeReader) async throws -> String {
  var bytes: [UInt8] = []
  while let chunk = try await reader.read() { bytes += chunk }
  return String(decoding: bytes, as: UTF8.self)
}

/// What a descriptor refers to, such as `pipe:[123] 1`, with the end of it: unlike its number, not soon used again for
/// something else. `nil` when it is not open.
func identity(_ descriptor: Int32) -> String? {
  var name = [CChar](repeating: 0, count: 256)
  let length = readlink("/proc/self/fd/\(descriptor)", &name, name.count)
  guard length > 0 else { return nil }
  let target = String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return "\(target) \(fcntl(descriptor, F_GETFL) & O_ACCMODE)"
}

/// What this process has open.
func openIdentities() throws -> Set<String> {
  let folder = try #require(opendir("/proc/self/fd"))
  defer { closedir(folder) }
  var found: Set<String> = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    // Other tests may close one meanwhile.
    if let number = Int32(name), let what = identity(number) { found.insert(what) }
  }
  return found
}
