import Glibc
import Model

/// A system call that failed.
struct SystemFailure: Error, Hashable, CustomStringConvertible {
  /// What was tried and on what, such as `open main.py`.
  let action: String
  let code: Int32

  /// Takes the code from `errno`.
  init(_ action: String) {
    self.action = action
    code = errno
  }

  var description: String { "\(action): \(String(cString: strerror(code)))" }

  /// Whether it says that the thing is not there, or not any more what it was.
  var isAbsence: Bool { code == ENOENT || code == ENOTDIR || code == ELOOP || code == ESTALE }

  var problem: Problem {
    switch code {
    case ENOSPC, EDQUOT: Problem(.unavailable, "the disk is full: \(self)")
    default: Problem(.unavailable, "\(self)")
    }
  }
}
