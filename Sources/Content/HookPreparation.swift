import Crypto
public import Logging
public import Model
import Synchronization

/// Sees to it that what a hook needs beside its files is there before it is deployed: compiled programs, installed
/// dependencies.
///
/// A layer is made once, whoever asks for it and however many at the same time. What a step says is logged for the hook.
public actor HookPreparation {
  /// Whose files are to be prepared.
  public struct Subject: Sendable {
    public var instance: Instance
    public var hook: String
    public var definition: HookDefinition
    public var files: [BundleFile]

    public init(instance: Instance, hook: String, definition: HookDefinition, files: [BundleFile]) {
      self.instance = instance
      self.hook = hook
      self.definition = definition
      self.files = files
    }
  }

  /// How many layers are made at once.
  public static let concurrency = 2

  private struct Place: Hashable {
    let instance: ID<Instance>
    let hook: String
  }

  public nonisolated let layers: LayerStore
  private let bundles: BundleStore
  private let maker: any LayerMaking
  private let record: @Sendable ([LogEntry]) async -> Void
  private let clock: any WallClock
  private let logger: Logger
  private nonisolated let executor = ContentExecutor()
  private let board = Mutex<[Place: PreparationStatus]>([:])

  /// The layers that are being made, by name.
  private var underway: [String: Task<Void, any Error>] = [:]
  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isStopped = false

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameter record: stores and publishes messages of the log.
  public init(
    layers: LayerStore, bundles: BundleStore, maker: any LayerMaking, clock: any WallClock, logger: Logger,
    record: @escaping @Sendable ([LogEntry]) async -> Void
  ) {
    self.layers = layers
    self.bundles = bundles
    self.maker = maker
    self.clock = clock
    self.logger = logger
    self.record = record
  }

  /// What keeps the newest files of a hook from being live, if anything does.
  public nonisolated func status(instance: ID<Instance>, hook: String) -> PreparationStatus? {
    board.withLock { $0[Place(instance: instance, hook: hook)] }
  }

  /// The layers of a hook where nothing has to be made.
  ///
  /// - Returns: `nil` if something has; the inner `nil` for a hook that needs no layer.
  /// - Throws: `Problem`, as `prepare`.
  public func ready(_ subject: Subject) throws -> HookLayers?? {
    do {
      let orders = try orders(for: subject)
      for order in orders where try !layers.claim(order.name) { return nil }
      settle(subject, nil)
      return .some(names(of: orders))
    } catch let problem as Problem {
      settle(subject, PreparationStatus(state: .failed, since: clock.now, problem: problem))
      throw problem
    }
  }

  /// The layers of a hook; makes those that are missing and waits for them.
  ///
  /// - Throws: `Problem`: `invalid` with file and line where a step fails, `unavailable` if this host lacks a tool,
  ///   `forbidden` if the operator allows no such thing.
  public func prepare(_ subject: Subject) async throws -> HookLayers? {
    do {
      let orders = try orders(for: subject)
      var dependencies: String?
      for order in orders {
        if try !layers.claim(order.name) {
          settle(subject, PreparationStatus(state: .preparing, since: clock.now))
          try await make(order, for: subject, dependencies: dependencies)
        }
        if order.step.kind == .dependencies { dependencies = order.name }
      }
      settle(subject, nil)
      return names(of: orders)
    } catch is CancellationError {
      settle(subject, nil)
      throw Problem(.unavailable, "the server is stopping")
    } catch {
      let problem =
        switch error {
        case let problem as Problem: problem
        case let failure as SystemFailure: failure.problem
        default: Problem(.internal, "\(error)")
        }
      settle(subject, PreparationStatus(state: .failed, since: clock.now, problem: problem))
      throw problem
    }
  }

  /// Forgets what has failed of hooks whose files are gone.
  ///
  /// - Parameter names: the hooks that have files.
  nonisolated func forgetFailures(instance: ID<Instance>, except names: Set<String>) {
    board.withLock { board in
      board = board.filter { place, status in
        place.instance != instance || status.state != .failed || names.contains(place.hook)
      }
    }
  }

  /// Ends what goes on; nothing half-made stays.
  public func stop() async {
    isStopped = true
    let tasks = Array(underway.values)
    for task in tasks { task.cancel() }
    for task in tasks { _ = await task.result }
  }

  // MARK: - Private

  private struct Order {
    let name: String
    let step: LayerStep
    /// The name of the bundle of the step's files.
    let files: String
  }

  private func orders(for subject: Subject) throws -> [Order] {
    let bundle = Dictionary(subject.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    var orders: [Order] = []
    for step in try maker.steps(for: subject.definition, bundle: bundle) {
      let paths = Set(step.paths)
      let files = try bundles.ingest(subject.files.filter { paths.contains($0.path) })
      // What is made on top of others depends on them.
      let below = orders.map(\.name)
      let name = Self.hash(["grapnel layer 1"] + step.identity + [files.hash] + below)
      orders.append(Order(name: name, step: step, files: files.hash))
    }
    return orders
  }

  private func names(of orders: [Order]) -> HookLayers? {
    guard !orders.isEmpty else { return nil }
    return HookLayers(
      prepared: orders.first { $0.step.kind == .prepared }?.name,
      dependencies: orders.first { $0.step.kind == .dependencies }?.name)
  }

  private nonisolated func settle(_ subject: Subject, _ status: PreparationStatus?) {
    board.withLock { $0[Place(instance: subject.instance.id, hook: subject.hook)] = status }
  }

  /// Whoever is the first makes it; the others wait with them.
  private func make(_ order: Order, for subject: Subject, dependencies: String?) async throws {
    if let task = underway[order.name] { return try await task.value }
    guard !isStopped else { throw CancellationError() }
    let task = Task {
      defer { underway[order.name] = nil }
      await enter()
      defer { leave() }
      try Task.checkCancellation()
      try await perform(order, for: subject, dependencies: dependencies)
    }
    underway[order.name] = task
    try await task.value
  }

  private func enter() async {
    // Asked in there, as the call itself may let another one leave first.
    await withCheckedContinuation { continuation in
      if running < Self.concurrency {
        running += 1
        continuation.resume()
      } else {
        waiting.append(continuation)
      }
    }
  }

  private func leave() {
    // The place goes to whoever has waited the longest.
    if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
  }

  private func perform(_ order: Order, for subject: Subject, dependencies: String?) async throws {
    let what = order.step.kind == .dependencies ? "the dependencies" : "the hook"
    await log(subject, .host, .info, ["preparing \(what) (layer \(order.name.prefix(12)))"])
    logger.info(
      "preparing a hook", metadata: ["hook": "\(subject.hook)", "layer": "\(order.name)"])
    let writing = LayerWriting(try layers.draft(order.name, of: order.step))
    let lines = PreparationLines()
    let bundle = Dictionary(subject.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    do {
      try await maker.make(
        order.step, of: subject.definition, bundle: bundle, files: order.files, dependencies: dependencies,
        instanceSerial: subject.instance.serial,
        log: { [weak self] chunk in await self?.log(subject, .stderr, .info, lines.append(chunk)) },
        result: { chunk in try await writing.append(chunk) })
      try await writing.finish()
      await log(subject, .stderr, .info, lines.finish())
      await log(subject, .host, .info, ["\(what) is prepared"])
    } catch {
      await writing.abandon()
      await log(subject, .stderr, .info, lines.finish())
      guard let problem = (error as? Problem) ?? (error as? SystemFailure)?.problem else { throw error }
      let explained = problem.code == .invalid ? lines.explain(problem, paths: order.step.paths) : problem
      await log(subject, .host, .error, ["\(explained)"])
      throw explained
    }
  }

  private nonisolated func log(
    _ subject: Subject, _ stream: LogEntry.Stream, _ level: LogEntry.Level, _ lines: [String]
  ) async {
    guard !lines.isEmpty else { return }
    await record(
      lines.map {
        LogEntry(
          instance: subject.instance.id, hook: nil, hookName: subject.hook, run: nil, time: clock.now, level: level,
          stream: stream, value: .json(.string($0)))
      })
  }

  private static func hash(_ parts: [String]) -> String {
    var hasher = SHA256()
    for part in parts {
      // Lengths keep two lists of parts from looking the same.
      withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { hasher.update(bufferPointer: $0) }
      hasher.update(data: Array(part.utf8))
    }
    return Hexadecimal.text(hasher.finalize())
  }
}
