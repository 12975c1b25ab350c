import Glibc
import Model

/// What tells one state of a file from another without reading it.
struct FileStamp: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case file, folder, link, other
  }

  let kind: Kind
  let device: UInt64
  let inode: UInt64
  let size: Int64
  let modified: Timestamp
  /// When its content or its inode last changed; nobody can set it back.
  let changed: Timestamp
  private let modifiedNanoseconds: Int
  private let changedNanoseconds: Int
  let isExecutable: Bool

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = Timestamp(status.st_mtim)
    changed = Timestamp(status.st_ctim)
    modifiedNanoseconds = status.st_mtim.tv_nsec
    changedNanoseconds = status.st_ctim.tv_nsec
    isExecutable = status.st_mode & S_IXUSR != 0
  }
}

extension Timestamp {
  fileprivate init(_ time: timespec) {
    self.init(microseconds: Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000)
  }
}
