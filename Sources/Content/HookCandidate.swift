import Model

/// The files of a hook that were found valid, and what they declare: what a deployment is made of.
struct HookCandidate: Sendable {
  let origin: HookOrigin
  let files: [BundleFile]
  let definition: HookDefinition
  /// The lines of the definition's keys in `hook.yaml`.
  let lines: [String: Int]

  init(_ origin: HookOrigin, files: [BundleFile], by reading: HookReading) throws {
    self.origin = origin
    self.files = files
    (definition, lines) = try origin.definition(of: files, by: reading)
  }

  /// The candidate that somebody sends for the hook `name`: with a `hook.yaml` it is a folder, and without one a single
  /// file.
  ///
  /// - Throws: `Problem` `invalid`, with files relative to the folder that the hook's folder or file would be in.
  init(name: String, files: [BundleFile], by reading: HookReading) throws {
    if files.contains(where: { $0.path == HookOrigin.definitionFile }) {
      try self.init(HookOrigin(name: name, entry: name, form: .folder), files: files, by: reading)
    } else if let file = files.first, files.count == 1, !file.path.contains("/") {
      try self.init(HookOrigin(name: name, entry: file.path, form: .file), files: files, by: reading)
    } else {
      throw Problem(
        .invalid, files.isEmpty ? "there are no files" : "the folder has no \(HookOrigin.definitionFile)",
        field: "files", rule: "a \(HookOrigin.definitionFile) and files beside it, or one single file", file: name)
    }
  }

  /// A problem of the definition, with its file and line.
  func placed(_ problem: Problem) -> Problem {
    var problem = problem
    problem.file = problem.file ?? origin.definitionPath
    problem.line = problem.line ?? problem.field.flatMap { lines[$0] }
    return problem
  }

  /// A problem of a file of the bundle, with the file as the folder of hooks has it.
  func located(_ problem: Problem) -> Problem {
    var problem = problem
    problem.file = problem.file.map { origin.form == .folder ? "\(origin.entry)/\($0)" : origin.entry }
    return problem
  }
}
