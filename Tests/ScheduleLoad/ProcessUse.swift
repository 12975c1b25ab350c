import Glibc
import Model

/// What this process has used by a moment.
struct ProcessUse: Sendable {
  let moment: ContinuousClock.Instant
  /// Of all its threads, in user and kernel mode.
  let processor: Duration
  let residentMebibytes: Double

  static var now: ProcessUse {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return ProcessUse(
      moment: .now, processor: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec),
      residentMebibytes: resident())
  }

  private static func resident() -> Double {
    guard let file = fopen("/proc/self/statm", "r") else { return .nan }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return .nan }
    let fields = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      .split(separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { return .nan }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
  }
}
