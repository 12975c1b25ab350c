public import Logging
public import Model
public import Store

/// Keeps the hooks of an instance as a folder has them: `NAME/hook.yaml` with files beside it, or one file `NAME.ext`.
///
/// A change is live within 300 ms of its last write: every directory is watched, and the folder is looked at 50 ms
/// after the last change of a burst, at most 200 ms after the first, and every 30 s in any case. What does not validate
/// never replaces what runs: it becomes a problem, told in `problems` and once in the log. A hook is removed only if its
/// files are still gone at a second look a second later, so that neither `git pull` nor an editor, which unlink and create,
/// drop one.
///
/// The folder is one origin of hooks among others, and speaks only by changing: what was deployed, rolled back, renamed or
/// removed by others stays until the files under that name change, also over a restart, and a hook whose active version
/// did not come from the folder is never removed for its sake.
public actor HookFolder {
  nonisolated let folder: String
  private let instance: Instance
  private let store: any Store
  private let deployer: HookDeployer
  private let clock: any WallClock
  private let logger: Logger
  private let watching: any FolderWatching
  private let timing: HookFolderTiming
  private nonisolated let executor = ContentExecutor()

  /// What is wrong, by the name of the hook; by the name of the entry where that is no name of a hook; `.` for the folder
  /// itself. Files are relative to the folder's parent, such as `hooks/hello/hook.yaml`.
  public private(set) var problems: [String: Problem] = [:]

  /// How often an origin was read; unchanged ones are not.
  private(set) var readings = 0
  private var looks: [HookOrigin: Look] = [:]
  /// How many looks in a row found an origin being written.
  private var unsettledLooks: [HookOrigin: Int] = [:]
  /// The hooks whose layers are being made, each with the hash of its bundle.
  private var preparing: [String: String] = [:]
  /// Why the last preparation of a hook failed, until its origin is looked at again.
  private var failures: [String: (bundle: String, problem: Problem)] = [:]
  /// The names under which the store has something of the folder.
  private var live: Set<String> = []
  /// The names whose files were gone at the last look.
  private var missing: [String: Absence] = [:]

  private var watches: [String: Watched] = [:]
  /// Watched directories that may have been replaced by others of the same path.
  private var staleWatches: Set<String> = []
  private var hasReportedWatch = false

  private var isStopped = false
  private var isScanning = false
  private var mustScanAgain = false
  private var waiters: [CheckedContinuation<Void, Never>] = []
  private var sawChange = false
  private var burst: Task<Void, Never>?
  private var reconciliation: Task<Void, Never>?
  private var secondLooks: [UInt64: Task<Void, Never>] = [:]

  /// What was found in an origin when it was last read.
  private struct Look {
    var survey: FolderSurvey
    /// Whether a file had changed so shortly before that its stamp cannot tell another change.
    var isFresh: Bool
    var problem: Problem?
  }

  private struct Absence {
    /// Which second look decides; one that was for an earlier absence does not.
    let secondLook: UInt64
    /// Whether the time for it has come.
    var isDue = false
  }

  private struct Watched {
    let device: UInt64
    let inode: UInt64
    let watch: any FolderWatch
  }

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - folder: the path of the folder of hooks.
  ///   - instance: whose hooks they are.
  public init(
    folder: String, instance: Instance, store: any Store, deployer: HookDeployer, clock: any WallClock, logger: Logger
  ) {
    self.init(
      folder: folder, instance: instance, store: store, deployer: deployer, clock: clock, logger: logger,
      watching: LoopFolderWatching(), timing: HookFolderTiming())
  }

  init(
    folder: String, instance: Instance, store: any Store, deployer: HookDeployer, clock: any WallClock, logger: Logger,
    watching: any FolderWatching, timing: HookFolderTiming
  ) {
    self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    self.instance = instance
    self.store = store
    self.deployer = deployer
    self.clock = clock
    self.logger = logger
    self.watching = watching
    self.timing = timing
  }

  /// Deploys what the folder has, then keeps watching it.
  ///
  /// - Throws: `Problem` if the folder cannot be read or the store not be asked. Problems of single hooks do not throw:
  ///   see `problems`.
  public func start() async throws {
    do {
      _ = try FolderDescriptor(path: folder)
    } catch {
      throw Problem(
        error.isAbsence ? .notFound : .unavailable, "the folder of hooks cannot be read: \(error)", file: folder)
    }
    live = Set(try await store.hooks.folderNames(instance: instance.id))
    await rescan()
    let pause = timing
    reconciliation = Task { [weak self] in
      while true {
        do { try await pause.sleep(pause.reconcile) } catch { return }
        guard let self else { return }
        await self.rescan()
      }
    }
  }

  /// Stops watching. A look that is under way ends first; the hooks stay as they are.
  public func stop() async {
    isStopped = true
    reconciliation?.cancel()
    burst?.cancel()
    for task in secondLooks.values { task.cancel() }
    await waitForScan()
    await unwatchAll()
  }

  /// Looks at the folder now; returns when what it had at the time of the call is live or a problem.
  public func rescan() async {
    guard !isStopped else { return }
    guard !isScanning else {
      mustScanAgain = true
      return await waitForScan()
    }
    isScanning = true
    repeat {
      mustScanAgain = false
      let served = waiters
      waiters = []
      await scan()
      for waiter in served { waiter.resume() }
    } while mustScanAgain && !isStopped
    isScanning = false
    for waiter in waiters { waiter.resume() }
    waiters = []
  }

  /// Returns when the scan has ended that is under way, or the one that was asked for meanwhile.
  private func waitForScan() async {
    // Asked in there, as the call itself may let the scan end first.
    await withCheckedContinuation { if isScanning { waiters.append($0) } else { $0.resume() } }
  }

  // MARK: - Changes

  /// Begins a burst of changes, or prolongs it.
  private func noteChange(in directory: String, of name: String?) {
    guard !isStopped else { return }
    // A directory of that name may be another one now, which the watch of the old one does not see.
    if let name {
      staleWatches.insert(directory.isEmpty ? name : "\(directory)/\(name)")
      if name == (directory.isEmpty ? folder : directory).split(separator: "/").last.map(String.init) {
        staleWatches.insert(directory)
      }
    } else {
      staleWatches.formUnion(watches.keys)
    }
    expectChange()
  }

  private func expectChange() {
    sawChange = true
    guard burst == nil, !isStopped else { return }
    burst = Task { await self.awaitEndOfBurst() }
  }

  private func awaitEndOfBurst() async {
    var quiet = 0
    for _ in 0..<timing.maximumSlices where quiet < timing.quietSlices {
      sawChange = false
      do { try await timing.sleep(timing.slice) } catch { break }
      quiet = sawChange ? 0 : quiet + 1
    }
    burst = nil
    await rescan()
  }

  // MARK: - Looking

  private func scan() async {
    let top: FolderDescriptor
    var listing: HookListing
    do {
      top = try FolderDescriptor(path: folder)
      listing = try HookListing(top, limits: deployer.bundles.limits)
      // What came before its directory was watched went unnoticed: look again after watching.
      var rounds = 1
      while await watch(listing.directories), rounds < 5 {
        listing = try HookListing(top, limits: deployer.bundles.limits)
        rounds += 1
      }
    } catch {
      // A folder that cannot be read says nothing about its hooks: they stay.
      await unwatchAll()
      report(".", problem(error, in: nil))
      return
    }
    report(".", nil)

    var current = listing.problems.mapValues(placed)
    var isUnsettled = false
    let byName = Dictionary(grouping: listing.found, by: \.origin.name)
    for (name, candidates) in byName.sorted(by: { $0.key < $1.key }) {
      guard !isStopped else { return }
      guard candidates.count == 1, let candidate = candidates.first else {
        let entries = candidates.map(\.origin.entry).sorted()
        current[name] = placed(
          Problem(
            .conflict, "the hook \(name) is there twice: \(entries.joined(separator: " and "))",
            hint: "rename or remove one of them", file: entries.first))
        continue
      }
      switch await look(at: candidate, in: top) {
      case .settled(let problem): current[name] = problem
      case .unsettled(let problem):
        isUnsettled = true
        current[name] = problem ?? problems[name]
      }
    }
    let origins = Set(listing.found.map(\.origin))
    looks = looks.filter { origins.contains($0.key) }
    await removeMissing(except: listing.names)
    deployer.preparation?.forgetFailures(instance: instance.id, except: listing.names)
    for name in Set(problems.keys).union(current.keys) where name != "." { report(name, current[name]) }
    if isUnsettled { expectChange() }
  }

  private enum Outcome {
    case settled(Problem?)
    /// It is being written; the problem is told if that has been so for long.
    case unsettled(Problem?)
  }

  /// Reads an origin if it has changed, and deploys it if it is valid.
  private func look(at found: HookListing.Found, in top: FolderDescriptor) async -> Outcome {
    let origin = found.origin
    var isFresh = true
    do {
      let survey = try found.survey.get()
      if let last = looks[origin], !last.isFresh, last.survey.isSame(as: survey) { return .settled(last.problem) }
      let readAt = timing.fileTime()
      isFresh = survey.latestChange.map { $0 + timing.stampGranularity > readAt } ?? true
      readings += 1
      let reading = try origin.read(
        survey, in: top, limits: deployer.bundles.limits, by: deployer.reading(for: instance))
      guard case .ready(let candidate) = reading else { return unsettled(origin) }
      unsettledLooks[origin] = nil
      guard try await deploy(candidate) else {
        // Looked at again when its layers are there, or could not be made.
        looks[origin] = nil
        return .settled(problems[origin.name])
      }
      looks[origin] = Look(survey: survey, isFresh: isFresh, problem: nil)
      return .settled(nil)
    } catch let failure as SystemFailure where failure.isAbsence {
      return unsettled(origin)
    } catch let error as Problem where [.invalid, .tooLarge, .forbidden].contains(error.code) {
      // Told again without being read again, until something changes.
      let problem = placed(error)
      if let survey = try? found.survey.get() {
        looks[origin] = Look(survey: survey, isFresh: isFresh, problem: problem)
      }
      return .settled(problem)
    } catch {
      looks[origin] = nil
      return .settled(problem(error, in: origin.entry))
    }
  }

  private func unsettled(_ origin: HookOrigin) -> Outcome {
    looks[origin] = nil
    unsettledLooks[origin, default: 0] += 1
    guard unsettledLooks[origin, default: 0] > timing.maximumUnsettledLooks else { return .unsettled(nil) }
    return .settled(
      placed(
        Problem(
          .unavailable, "the files change whenever they are read", hint: "let no program write in the folder of a hook",
          file: origin.entry)))
  }

  /// - Returns: whether it is live; otherwise its layers are being made.
  private func deploy(_ candidate: HookCandidate) async throws -> Bool {
    let name = candidate.origin.name
    var layers: HookLayers?
    var missing: Problem?
    let bundle = try await deployer.admitted(candidate)
    do {
      guard let found = try await self.layers(of: candidate, bundle) else { return false }
      layers = found
    } catch let problem as Problem where problem.code == .unavailable {
      // Without its language a new hook is there to say so; a version before goes on as it is. What could run, but
      // without its dependencies, is not there.
      let active = try await store.hooks.find(instance: instance.id, name: name)
      let isSame = active.map { $0.version.bundle.hash == bundle.hash && $0.version.definition.layers == nil } ?? true
      guard isSame, deployer.runtimes.obstacle(to: candidate.definition) != nil else { throw problem }
      missing = problem
    }
    let (hook, isChanged) = try await deployer.deployFromFolder(candidate, layers: layers, to: instance)
    live.insert(name)
    if isChanged, let version = hook?.version {
      logger.info(
        "hook deployed",
        metadata: ["hook": "\(name)", "version": "\(version.number)", "bundle": "\(version.bundle.hash)"])
    }
    if let missing { throw missing }
    return true
  }

  /// The layers of a hook, the inner `nil` for one that needs none; the outer while they are being made.
  private func layers(of candidate: HookCandidate, _ bundle: Bundle) async throws -> HookLayers?? {
    let name = candidate.origin.name
    guard let preparation = deployer.preparation else { return .some(nil) }
    let subject = HookPreparation.Subject(
      instance: instance, hook: name, definition: candidate.definition, files: candidate.files)
    do {
      if let failure = failures.removeValue(forKey: name), failure.bundle == bundle.hash { throw failure.problem }
      if let ready = try await preparation.ready(subject) { return ready }
    } catch let problem as Problem {
      throw candidate.located(problem)
    }
    guard preparing[name] != bundle.hash else { return nil }
    preparing[name] = bundle.hash
    Task { [weak self] in
      var failure: Problem?
      do {
        _ = try await preparation.prepare(subject)
      } catch {
        failure = error as? Problem ?? Problem(.internal, "\(error)")
      }
      await self?.finishPreparation(of: name, bundle.hash, failure)
    }
    return nil
  }

  private func finishPreparation(of name: String, _ bundle: String, _ failure: Problem?) async {
    // Its files may have changed meanwhile, and others be on their way.
    guard preparing[name] == bundle else { return }
    preparing[name] = nil
    failures[name] = failure.map { (bundle, $0) }
    await rescan()
  }

  /// Removes the hooks whose files are gone for the second time, and marks those that are gone for the first.
  private func removeMissing(except present: Set<String>) async {
    missing = missing.filter { !present.contains($0.key) }
    let token = UInt64.random(in: 0 ... .max)
    var isNew = false
    for name in live.sorted() where !present.contains(name) {
      guard let absence = missing[name] else {
        missing[name] = Absence(secondLook: token)
        isNew = true
        continue
      }
      guard absence.isDue else { continue }
      do {
        let isRemoved = try await store.hooks.removeFromFolder(instance: instance.id, name: name, at: clock.now)
        live.remove(name)
        missing[name] = nil
        logger.info(
          isRemoved ? "hook removed, its files are gone" : "files are gone; no hook was removed for it",
          metadata: ["hook": "\(name)"])
      } catch {
        // It is tried again at the next look.
        logger.warning("a hook could not be removed", metadata: ["hook": "\(name)", "error": "\(error)"])
      }
    }
    guard isNew else { return }
    let timing = timing
    secondLooks[token] = Task { [weak self] in
      do { try await timing.sleep(timing.settle) } catch { return }
      await self?.lookAgain(token)
    }
  }

  private func lookAgain(_ token: UInt64) async {
    secondLooks[token] = nil
    for (name, absence) in missing where absence.secondLook == token { missing[name]?.isDue = true }
    await rescan()
  }

  // MARK: - Watching

  /// Watches exactly these directories.
  ///
  /// - Returns: whether one is watched that was not before.
  private func watch(_ directories: [String: FileStamp]) async -> Bool {
    let stale = staleWatches
    staleWatches = []
    var isNew = false
    for (path, stamp) in directories.sorted(by: { $0.key < $1.key }) {
      let old = watches[path]
      if let old, old.device == stamp.device, old.inode == stamp.inode, !stale.contains(path) { continue }
      do {
        let watch = try await watching.watch(path.isEmpty ? folder : "\(folder)/\(path)") { [weak self] name in
          await self?.noteChange(in: path, of: name)
        }
        watches[path] = Watched(device: stamp.device, inode: stamp.inode, watch: watch)
        isNew = true
      } catch {
        watches[path] = nil
        if !hasReportedWatch {
          hasReportedWatch = true
          logger.warning(
            "a directory cannot be watched; changes in it are found every \(timing.reconcile.text)",
            metadata: ["directory": "\(path)", "error": "\(error)"])
        }
      }
      await old?.watch.close()
    }
    for (path, watched) in watches where directories[path] == nil {
      watches[path] = nil
      await watched.watch.close()
    }
    return isNew
  }

  private func unwatchAll() async {
    let closing = watches
    watches = [:]
    for watched in closing.values { await watched.watch.close() }
  }

  // MARK: - Problems

  /// Sets or clears a problem, and logs it if it is another one than before.
  private func report(_ name: String, _ problem: Problem?) {
    guard problems[name] != problem else { return }
    problems[name] = problem
    if let problem {
      logger.warning("\(problem)", metadata: ["hook": "\(name)"])
    } else {
      logger.info("the problem is mended", metadata: ["hook": "\(name)"])
    }
  }

  private func problem(_ error: any Error, in entry: String?) -> Problem {
    var problem =
      switch error {
      case let problem as Problem: problem
      case let failure as SystemFailure: failure.problem
      default: Problem(.internal, "\(error)")
      }
    problem.file = problem.file ?? entry
    return placed(problem)
  }

  /// The problem with its file relative to the folder's parent, as people see it.
  private func placed(_ problem: Problem) -> Problem {
    var problem = problem
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    problem.file = problem.file.map { "\(name)/\($0)" } ?? name
    return problem
  }
}
