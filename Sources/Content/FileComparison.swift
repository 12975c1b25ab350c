import Model

/// Which files of two bundles are not the same.
enum FileComparison {
  /// The bytes of all diffs together; beyond, only the names of the files are told.
  static let maximumDiffs = 256 << 10

  /// - Returns: by path.
  static func differences(from old: [BundleFile], to new: [BundleFile]) -> [DeploymentDifference.File] {
    let before = Dictionary(old.map { ($0.path, $0) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.path, $0) }) { first, _ in first }
    var room = maximumDiffs
    return Set(before.keys).union(after.keys).sorted().compactMap { path in
      let (was, has) = (before[path], after[path])
      guard was != has else { return nil }
      let change: DeploymentDifference.Change = was == nil ? .added : has == nil ? .removed : .changed
      let wasExecutable = was?.isExecutable ?? false
      let isExecutable = has.map(\.isExecutable).flatMap { $0 == wasExecutable ? nil : $0 }
      // Of a file that is all new or all gone, the diff would be the file itself.
      var diff = change == .changed ? UnifiedDiff.text(from: was?.bytes ?? [], to: has?.bytes ?? []) : nil
      if let text = diff {
        room -= text.utf8.count
        if room < 0 { diff = nil }
      }
      return DeploymentDifference.File(path: path, change: change, executable: isExecutable, diff: diff)
    }
  }
}
