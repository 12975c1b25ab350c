import Model

/// What a folder of hooks has at one moment, by state and without reading any file.
struct HookListing {
  /// The most entries of the folder.
  static let maximumEntries = 10_000

  /// An origin and the state of its files, or why that cannot be told.
  struct Found {
    let origin: HookOrigin
    let survey: Result<FolderSurvey, any Error>
  }

  private(set) var found: [Found] = []
  /// The names of hooks that something is there for, if only something that cannot be used.
  private(set) var names: Set<String> = []
  /// Entries that can be no hook, by the name of the entry; files are relative to the folder.
  private(set) var problems: [String: Problem] = [:]
  /// The directories to watch, by their path in the folder; the folder itself is the empty path.
  private(set) var directories: [String: FileStamp] = [:]

  /// - Throws: `SystemFailure`, or `Problem` for the folder as a whole.
  init(_ folder: FolderDescriptor, limits: BundleLimits) throws {
    directories[""] = try folder.stamp()
    let names = try folder.names(atMost: Self.maximumEntries)
    guard names.count <= Self.maximumEntries else {
      throw Problem(.tooLarge, "the folder has too many entries", rule: "at most \(Self.maximumEntries)")
    }
    for entry in names where !IgnoredName.isIgnoredAtTop(entry) { try add(entry, of: folder, limits) }
  }

  private mutating func add(_ entry: String, of folder: FolderDescriptor, _ limits: BundleLimits) throws {
    guard let stamp = try folder.stamp(entry) else { return }
    let name = stamp.kind == .folder ? entry : entry.lastIndex(of: ".").map { String(entry[..<$0]) } ?? entry
    let form: HookOrigin.Form
    switch stamp.kind {
    case .folder: form = .folder
    case .file: form = .file
    case .link, .other:
      problems[entry] = Problem(
        .invalid, stamp.kind == .link ? "symbolic links are not followed" : "neither a file nor a folder",
        hint: "put the file or folder itself there", file: entry)
      names.insert(name)
      return
    }
    let origin = HookOrigin(name: name, entry: entry, form: form)
    let survey = Result { try origin.survey(in: folder, limits: limits) }
    if form == .folder {
      // Also one that is no hook yet: its files may be about to come.
      directories[entry] = stamp
      if case .success(let survey) = survey {
        for directory in survey.folders where !directory.path.isEmpty {
          directories["\(entry)/\(directory.path)"] = directory.stamp
        }
        guard survey.files.contains(where: { $0.path == HookOrigin.definitionFile }) else {
          // A folder without files is what git leaves behind.
          guard !survey.files.isEmpty else { return }
          names.insert(name)
          problems[entry] = Problem(
            .invalid, "the folder has no \(HookOrigin.definitionFile)", hint: "begin its name with _ if it is no hook",
            file: entry)
          return
        }
      }
    }
    names.insert(name)
    do {
      try Name.validate(name, field: "name")
    } catch let problem as Problem {
      problems[entry] = Problem(
        .invalid, "\(name) cannot be the name of a hook", rule: problem.rule,
        hint: "begin it with _ if it is no hook", file: entry)
      return
    }
    found.append(Found(origin: origin, survey: survey))
  }
}
