import CLibuv
import Glibc
public import Model

/// Calls back at a moment of the wall clock, and when somebody sets that clock.
@LoopActor
public final class WallClockAlarm {
  public enum Event: Hashable, Sendable {
    /// The moment has come.
    case due
    /// The clock was set while the alarm was: look at the schedule again. The alarm stays set for its moment.
    case clockChanged
  }

  private let descriptor: Int32
  private let poll: DescriptorPoll
  private var moment: Timestamp?

  /// - Throws: `LoopError`.
  public init(_ onFire: @escaping @LoopActor (Event) -> Void) throws {
    let descriptor = timerfd_create(CLOCK_REALTIME, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
    guard descriptor >= 0 else { throw LoopError(errno: errno) }
    do {
      poll = try DescriptorPoll(descriptor: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    isClosed = false
    try poll.start(.readable) { [weak self] _ in self?.becameReady(onFire) }
  }

  private var isClosed: Bool

  deinit {
    guard !isClosed else { return }
    Task { @LoopActor [poll, descriptor] in
      poll.close()
      Glibc.close(descriptor)
    }
  }

  /// Sets the alarm in place of the one before; for a moment that is past it fires at once.
  public func set(at moment: Timestamp) {
    guard !isClosed else { return }
    self.moment = moment
    // Zero would clear the timer, and the kernel refuses what is negative.
    let microseconds = max(1, moment.microseconds)
    arm(
      timespec(tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000 * 1000)),
      TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)
  }

  /// Nothing is called until `set`, not even when the clock is set.
  public func clear() {
    guard !isClosed else { return }
    moment = nil
    arm(timespec(), 0)
  }

  public func close() {
    guard !isClosed else { return }
    isClosed = true
    poll.close()
    Glibc.close(descriptor)
  }

  private func arm(_ time: timespec, _ flags: Int) {
    var setting = itimerspec(it_interval: timespec(), it_value: time)
    let status = timerfd_settime(descriptor, Int32(flags), &setting, nil)
    // ECANCELED says that the clock was set just before; the timer is armed all the same.
    precondition(status == 0 || errno == ECANCELED, "timerfd_settime refuses only bad arguments")
  }

  private func becameReady(_ onFire: @LoopActor (Event) -> Void) {
    guard !isClosed else { return }
    var expirations: UInt64 = 0
    if Glibc.read(descriptor, &expirations, 8) == 8 {
      guard moment != nil else { return }
      moment = nil
      onFire(.due)
    } else if errno == ECANCELED, let moment {
      // The kernel forgets an expiry that comes together with the change.
      set(at: moment)
      onFire(.clockChanged)
    }
  }
}
