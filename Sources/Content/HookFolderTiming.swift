import Glibc
import Model

/// When a folder is looked at again, and where its time comes from.
struct HookFolderTiming: Sendable {
  /// How long one wait of a burst of changes lasts.
  var slice = Duration.milliseconds(25)
  /// After so many slices without a change a burst is over: 50 ms.
  var quietSlices = 2
  /// After so many slices the folder is looked at in any case: 200 ms.
  var maximumSlices = 8
  /// How long a hook's files must be gone before it is removed.
  var settle = Duration.seconds(1)
  /// How often the folder is looked at with no change noticed.
  var reconcile = Duration.seconds(30)
  var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  /// The clock that the file system stamps files with.
  var fileTime: @Sendable () -> Timestamp = { SystemWallClock().now }
  /// A file that changed so shortly before it was read may change again with the same stamp.
  var stampGranularity = Duration.milliseconds(50)
  /// After so many looks during which a hook's files were being written, that is a problem to tell.
  var maximumUnsettledLooks = 40
}
