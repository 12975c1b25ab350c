import Model

extension HookOrigin {
  /// What reading an origin came to.
  enum Reading {
    case ready(HookCandidate)
    /// It was being written meanwhile.
    case unsettled
  }

  /// The state of the origin's files.
  ///
  /// - Throws: `SystemFailure`, or `Problem` with `file` relative to the folder of hooks.
  func survey(in folder: FolderDescriptor, limits: BundleLimits) throws -> FolderSurvey {
    switch form {
    case .file: return try FolderSurvey(folder, file: entry, limits: limits)
    case .folder:
      do {
        return try FolderSurvey(try folder.folder(entry), limits: limits, ignoring: IgnoredName.isIgnored)
      } catch var problem as Problem {
        problem.file = problem.file.map { "\(entry)/\($0)" } ?? entry
        throw problem
      }
    }
  }

  /// Reads the files of a survey and what they declare.
  ///
  /// - Throws: `SystemFailure`, or `Problem` with `file` relative to the folder of hooks.
  func read(
    _ survey: FolderSurvey, in folder: FolderDescriptor, limits: BundleLimits, by reading: HookReading
  ) throws -> Reading {
    guard let files = try readFiles(survey, in: folder, limits: limits), !files.isEmpty else { return .unsettled }
    return .ready(try HookCandidate(self, files: files, by: reading))
  }

  /// Reads the files of a survey; `nil` if they were being written meanwhile.
  ///
  /// - Throws: `SystemFailure`, or `Problem` with `file` relative to the folder of hooks.
  func readFiles(_ survey: FolderSurvey, in folder: FolderDescriptor, limits: BundleLimits) throws -> [BundleFile]? {
    let base = form == .folder ? try folder.folder(entry) : folder
    var files: [BundleFile] = []
    for (path, stamp) in survey.files {
      let (bytes, before, after) = try base.read(path, atMost: Int(stamp.size) + 1)
      guard before == stamp, after == stamp, bytes.count == Int(stamp.size) else { return nil }
      files.append(BundleFile(path: path, isExecutable: stamp.isExecutable, bytes: bytes))
    }
    return try self.survey(in: folder, limits: limits).isSame(as: survey) ? files : nil
  }

  /// What the files of an origin declare, and the lines of its keys.
  ///
  /// - Throws: `Problem` with `file` relative to the folder of hooks.
  func definition(
    of files: [BundleFile], by reading: HookReading
  ) throws -> (HookDefinition, lines: [String: Int]) {
    switch form {
    case .folder: return try readDefinition(files, reading)
    case .file:
      guard let file = files.first else { throw Problem(.invalid, "there is no file", file: entry) }
      return (try defaultDefinition(of: file, reading.runtimes), [:])
    }
  }

  /// The file that a problem of the definition is in, relative to the folder of hooks.
  var definitionPath: String { form == .folder ? "\(entry)/\(Self.definitionFile)" : entry }

  private func readDefinition(
    _ files: [BundleFile], _ reading: HookReading
  ) throws -> (HookDefinition, lines: [String: Int]) {
    guard let yaml = files.first(where: { $0.path == Self.definitionFile }) else {
      throw Problem(.invalid, "the folder has no \(Self.definitionFile)", file: entry)
    }
    let runtimes = reading.runtimes
    let (definition, lines) = try HookDefinitionReader.readWithLines(
      yaml.bytes, file: definitionPath, schedules: reading.schedules, owner: "\(reading.instance)/\(name)")
    guard runtimes.knows(definition.runtime) else {
      throw Problem(
        .invalid, "there is no runtime \(definition.runtime)", field: "runtime",
        rule: "one of \(runtimes.names.sorted().joined(separator: ", "))",
        hint: definition.runtime.nearest(among: runtimes.names).map { "did you mean \($0)?" }, file: definitionPath,
        line: lines["runtime"])
    }
    let modes = runtimes.startModes(of: definition.runtime)
    if let start = definition.start, !modes.contains(start) {
      throw Problem(
        .invalid, "hooks of \(definition.runtime) cannot start by \(start.rawValue)", field: "start",
        rule: "one of \(modes.map(\.rawValue).joined(separator: ", "))", file: definitionPath, line: lines["start"])
    }
    guard let entryFile = files.first(where: { $0.path == definition.entry }) else {
      throw Problem(
        .invalid, "the folder has no file \(definition.entry)", field: "entry",
        hint: definition.entry.nearest(among: files.map(\.path)).map { "did you mean \($0)?" }, file: definitionPath,
        line: lines["entry"])
    }
    if definition.runtime == "executable", !entryFile.isExecutable {
      throw Problem(
        .invalid, "\(definition.entry) is not executable", field: "entry",
        hint: "chmod +x \(entry)/\(definition.entry)",
        file: definitionPath, line: lines["entry"])
    }
    return (definition, lines)
  }

  /// The defaults of a single file, its runtime told by extension or first line; an ELF file, and one with a first line
  /// that no runtime knows, is started itself if it is executable.
  private func defaultDefinition(of file: BundleFile, _ runtimes: any RuntimeNaming) throws -> HookDefinition {
    let line = String(decoding: file.bytes.prefix(256).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let isELF = file.bytes.starts(with: [0x7F] + Array("ELF".utf8))
    let named = isELF ? nil : runtimes.runtimeName(forFile: entry, firstLine: line)
    if let named, named != "executable" { return HookDefinition(runtime: named, entry: entry) }
    guard named != nil || isELF || line.hasPrefix("#!") else {
      throw Problem(
        .invalid, "no runtime is known for the file",
        hint: "give it an extension or a first line such as #!/bin/bash, "
          + "or begin its name with _ if it is no hook", file: entry)
    }
    guard runtimes.knows("executable") else {
      throw Problem(.invalid, "there is no runtime executable for the file", file: entry)
    }
    guard file.isExecutable else {
      throw Problem(.invalid, "the file is not executable", hint: "chmod +x \(entry)", file: entry)
    }
    return HookDefinition(runtime: "executable", entry: entry)
  }
}
