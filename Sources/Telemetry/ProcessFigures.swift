import Glibc

/// What this process uses, as the kernel tells it.
public enum ProcessFigures {
  /// For `MetricsRegistry.addSource`.
  ///
  /// - Parameter startedAt: when the server started, in seconds of Unix time.
  public static func samples(startedAt: Double) -> [MetricSample] {
    var samples = [
      MetricSample("grapnel_process_cpu_seconds_total", cpuSeconds),
      MetricSample("grapnel_process_start_time_seconds", startedAt),
    ]
    if let bytes = residentBytes {
      samples.append(MetricSample("grapnel_process_resident_memory_bytes", Double(bytes)))
    }
    if let count = openDescriptors { samples.append(MetricSample("grapnel_process_open_fds", Double(count))) }
    return samples
  }

  static var cpuSeconds: Double {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// The second number of `/proc/self/statm` (proc(5)), which counts pages.
  static var residentBytes: Int? {
    let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let numbers = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
    return numbers.count > 1 ? Int(numbers[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
  }

  /// Without the one that is needed to count them.
  static var openDescriptors: Int? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count - 3
  }
}
