import CLibuv
import Glibc

/// What concerns a file system as a whole.
public enum FileSystem {
  /// Makes all that was written to it durable; blocks meanwhile. One call does for thousands of small files.
  ///
  /// - Parameter descriptor: an open file or folder of it.
  /// - Throws: `LoopError`, what the disk says.
  public static func sync(holding descriptor: Int32) throws(LoopError) {
    guard gs_sync_file_system(descriptor) == 0 else { throw LoopError(errno: errno) }
  }
}
