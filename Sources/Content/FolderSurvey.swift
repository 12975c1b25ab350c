import Model

/// What is in a folder and below it, by state and without reading any file.
struct FolderSurvey: Sendable {
  /// How deep folders may nest in a hook's folder.
  static let maximumDepth = 32

  /// The regular files by relative path.
  private(set) var files: [(path: String, stamp: FileStamp)] = []
  /// The folders by relative path; the surveyed folder itself is the empty path.
  private(set) var folders: [(path: String, stamp: FileStamp)] = []

  /// - Parameter isIgnored: whether an entry of that name, and all below it, is left out.
  /// - Throws: `SystemFailure`; `Problem` `invalid` with `file` for a symbolic link or a device, `tooLarge` beyond the
  ///   limits.
  init(_ folder: FolderDescriptor, limits: BundleLimits, ignoring isIgnored: (String) -> Bool) throws {
    var bytes: Int64 = 0
    // Ignored entries count too: looking at them takes time.
    var budget = limits.files * 2 + 1000
    try survey(folder, "", depth: 0, &bytes, &budget, limits, isIgnored)
  }

  /// The survey of a single file of a folder.
  init(_ folder: FolderDescriptor, file name: String, limits: BundleLimits) throws {
    guard let stamp = try folder.stamp(name) else { return }
    guard stamp.kind == .file else {
      throw Problem(.invalid, "neither a regular file nor a folder", file: name)
    }
    files = [(name, stamp)]
    do {
      try limits.check(files: 1, bytes: stamp.size)
    } catch var problem as Problem {
      problem.file = name
      throw problem
    }
  }

  private mutating func survey(
    _ folder: FolderDescriptor, _ path: String, depth: Int, _ bytes: inout Int64, _ budget: inout Int,
    _ limits: BundleLimits, _ isIgnored: (String) -> Bool
  ) throws {
    guard depth <= Self.maximumDepth else {
      throw Problem(
        .tooLarge, "the folders are nested too deeply", rule: "at most \(Self.maximumDepth) levels", file: path)
    }
    folders.append((path, try folder.stamp()))
    let names = try folder.names(atMost: budget)
    budget -= names.count
    guard budget >= 0 else { return try limits.check(files: .max, bytes: 0) }
    for name in names where !isIgnored(name) {
      let place = path.isEmpty ? name : "\(path)/\(name)"
      guard let stamp = try folder.stamp(name) else { continue }
      switch stamp.kind {
      case .folder:
        try survey(try folder.folder(name), place, depth: depth + 1, &bytes, &budget, limits, isIgnored)
      case .file:
        if let rule = BundlePath.objection(to: place) {
          throw Problem(.invalid, "the name cannot be used in a bundle", rule: rule, file: place)
        }
        bytes += stamp.size
        files.append((place, stamp))
        try limits.check(files: files.count, bytes: bytes)
      case .link:
        throw Problem(
          .invalid, "symbolic links are not followed", hint: "put the file itself there", file: place)
      case .other:
        throw Problem(.invalid, "neither a file nor a folder", file: place)
      }
    }
  }

  /// Whether nothing has changed between two looks.
  func isSame(as other: FolderSurvey) -> Bool {
    files.elementsEqual(other.files) { $0.path == $1.path && $0.stamp == $1.stamp }
      && folders.elementsEqual(other.folders) { $0.path == $1.path }
  }

  /// When a file last changed.
  var latestChange: Timestamp? { files.map(\.stamp.changed).max() }
}
