import CLibuv
import Glibc

/// `uv_process_t`. Sendable for the reason that `LoopHandle` gives.
final class ProcessHandle: LoopHandle, @unchecked Sendable {
  /// Called once with the exit status and the signal that ended the process, 0 for none.
  var onExit: ((Int64, Int32) -> Void)?

  /// - Parameter descriptors: what each descriptor of the child is in this process; the child has no others.
  init(
    executable: String, arguments: [String], environment: [String], descriptors: [Int32: Int32], on loop: EventLoop
  ) throws(LoopError) {
    // What this process inherited, or a library opened carelessly, is not for the child.
    guard gs_close_on_exec_from(3) == 0 else { throw LoopError(errno: errno) }
    let arguments = Self.copies(of: arguments)
    let environment = Self.copies(of: environment)
    defer {
      for string in arguments + environment { free(string) }
    }
    var stdio = [uv_stdio_container_t](
      repeating: uv_stdio_container_t(), count: Int(max(2, descriptors.keys.max() ?? 2)) + 1)
    for (number, descriptor) in descriptors {
      precondition(number >= 0, "a descriptor is not negative")
      stdio[Int(number)].flags = UV_INHERIT_FD
      stdio[Int(number)].data.fd = descriptor
    }
    var failure: Int32 = 0
    try super.init(UV_PROCESS, on: loop) { memory in
      let process = memory.assumingMemoryBound(to: uv_process_t.self)
      failure = Self.spawn(process, executable, arguments, environment, &stdio, on: loop)
      // libuv knows the handle even when the spawn failed: it must go the way of all handles.
      return 0
    }
    guard failure == 0 else {
      close()
      throw LoopError(code: failure)
    }
  }

  var processID: Int32 { pointer(as: uv_process_t.self).pointee.pid }

  func send(_ signal: Int32) {
    uv_process_kill(pointer(), signal)
  }

  override func forgetCallbacks() { onExit = nil }

  private static func copies(of strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    strings.map { strdup($0) } + [nil]
  }

  private static func spawn(
    _ process: UnsafeMutablePointer<uv_process_t>, _ executable: String,
    _ arguments: [UnsafeMutablePointer<CChar>?], _ environment: [UnsafeMutablePointer<CChar>?],
    _ stdio: inout [uv_stdio_container_t], on loop: EventLoop
  ) -> Int32 {
    var arguments = arguments
    var environment = environment
    return executable.withCString { file in
      arguments.withUnsafeMutableBufferPointer { arguments in
        environment.withUnsafeMutableBufferPointer { environment in
          stdio.withUnsafeMutableBufferPointer { stdio in
            var options = uv_process_options_t()
            options.exit_cb = processExited
            options.file = file
            options.args = arguments.baseAddress
            options.env = environment.baseAddress
            options.stdio_count = Int32(stdio.count)
            options.stdio = stdio.baseAddress
            return uv_spawn(loop.raw, process, &options)
          }
        }
      }
    }
  }
}
