import CLibuv
import EventLoop
import Glibc
import Testing

/// A pipe's two descriptors, close-on-exec.
struct Pipe {
  let reader: Int32
  let writer: Int32

  init() throws {
    var ends: (Int32, Int32) = (-1, -1)
    let status = withUnsafeMutablePointer(to: &ends) {
      $0.withMemoryRebound(to: Int32.self, capacity: 2) { uv_pipe($0, 0, 0) }
    }
    try #require(status == 0, "uv_pipe: \(LoopError(code: status))")
    (reader, writer) = ends
  }
}

/// Whether `descriptor` is open in this process.
func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) >= 0 }
