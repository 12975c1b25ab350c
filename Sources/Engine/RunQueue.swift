import Model

/// Decides which run may start now and which waits: the bounds on runs of one hook, of one instance and of the server.
///
/// A value without clock or tasks; whoever holds it starts the runs that it names. Runs of one hook start in the order
/// of their coming, and instances take turns whenever the server's bound holds runs back, so that a flood of one
/// instance costs another no more than one run's wait.
struct RunQueue {
  /// What the queue must know of a run.
  struct Ticket {
    let run: ID<Run>
    let instance: ID<Instance>
    /// Runs of one lane share `concurrency` and `queue`: those of one hook.
    let lane: String
    let concurrency: Int
    let queue: Int
  }

  enum Decision: Equatable {
    case start
    case wait
    /// No place, also not for waiting; try again after about this many seconds.
    case refuse(retryAfterSeconds: Int)
  }

  private struct Lane {
    let instance: ID<Instance>
    var running = 0
    var waiting: [Ticket] = []
    /// A moving average of how long its runs hold their place, in seconds.
    var averageSeconds = 1.0

    var canStart: Bool {
      guard let first = waiting.first else { return false }
      return running < first.concurrency
    }
  }

  private struct Tenant {
    var running = 0
    /// The lanes that have runs waiting, the one whose turn is next first.
    var lanes: [String] = []
  }

  let capacity: Int
  let capacityOfInstance: Int
  private(set) var running = 0
  private(set) var waiting = 0
  private var lanes: [String: Lane] = [:]
  private var tenants: [ID<Instance>: Tenant] = [:]
  /// The instances that have runs waiting, the one whose turn is next first.
  private var turns: [ID<Instance>] = []

  /// - Parameters:
  ///   - capacity: how many runs may go on at once in this server.
  ///   - capacityOfInstance: how many of them may be of one instance.
  init(capacity: Int, capacityOfInstance: Int) {
    self.capacity = capacity
    self.capacityOfInstance = capacityOfInstance
  }

  /// - Parameter isOwed: whether the run was promised already, before a restart: such a run is never refused.
  mutating func enter(_ ticket: Ticket, isOwed: Bool = false) -> Decision {
    var lane = lanes[ticket.lane] ?? Lane(instance: ticket.instance)
    var tenant = tenants[ticket.instance] ?? Tenant()
    let hasPlace = running < capacity && tenant.running < capacityOfInstance
    if hasPlace, lane.waiting.isEmpty, lane.running < ticket.concurrency {
      lane.running += 1
      tenant.running += 1
      running += 1
      lanes[ticket.lane] = lane
      tenants[ticket.instance] = tenant
      return .start
    }
    guard isOwed || lane.waiting.count < ticket.queue else {
      let seconds = lane.averageSeconds * Double(lane.waiting.count + 1) / Double(max(1, ticket.concurrency))
      return .refuse(retryAfterSeconds: min(60, max(1, Int(seconds.rounded(.up)))))
    }
    if lane.waiting.isEmpty {
      if tenant.lanes.isEmpty { turns.append(ticket.instance) }
      tenant.lanes.append(ticket.lane)
    }
    lane.waiting.append(ticket)
    waiting += 1
    lanes[ticket.lane] = lane
    tenants[ticket.instance] = tenant
    return .wait
  }

  /// Gives back the place of a run that was started, and names the runs that may start now.
  mutating func leave(_ ticket: Ticket, after duration: Duration) -> [Ticket] {
    lanes[ticket.lane]?.running -= 1
    lanes[ticket.lane]?.averageSeconds *= 0.8
    lanes[ticket.lane]?.averageSeconds += 0.2 * duration.inSeconds
    tenants[ticket.instance]?.running -= 1
    running -= 1
    defer { forgetIdle(ticket) }
    return startWaiting()
  }

  /// Takes back a run that still waits; `false` if it does not wait.
  mutating func withdraw(_ ticket: Ticket) -> Bool {
    guard let index = lanes[ticket.lane]?.waiting.firstIndex(where: { $0.run == ticket.run }) else { return false }
    lanes[ticket.lane]?.waiting.remove(at: index)
    waiting -= 1
    if lanes[ticket.lane]?.waiting.isEmpty == true { removeTurn(of: ticket) }
    forgetIdle(ticket)
    return true
  }

  /// The runs of `lane` that go on and that wait.
  func load(of lane: String) -> (running: Int, waiting: Int) {
    (lanes[lane]?.running ?? 0, lanes[lane]?.waiting.count ?? 0)
  }

  /// The runs that go on and that wait, by instance; only those that have some.
  var loads: [ID<Instance>: (running: Int, waiting: Int)] {
    var loads = tenants.mapValues { (running: $0.running, waiting: 0) }
    for lane in lanes.values where !lane.waiting.isEmpty {
      loads[lane.instance, default: (0, 0)].waiting += lane.waiting.count
    }
    return loads
  }

  private mutating func startWaiting() -> [Ticket] {
    var started: [Ticket] = []
    while running < capacity, let ticket = takeNext() { started.append(ticket) }
    return started
  }

  /// The first run that may start, in the order of the instances' turns; moves its instance and lane to the back.
  private mutating func takeNext() -> Ticket? {
    for (turn, instance) in turns.enumerated() {
      guard let tenant = tenants[instance], tenant.running < capacityOfInstance,
        let position = tenant.lanes.firstIndex(where: { lanes[$0]?.canStart == true })
      else { continue }
      let name = tenant.lanes[position]
      let ticket = lanes[name]!.waiting.removeFirst()
      lanes[name]!.running += 1
      tenants[instance]!.running += 1
      tenants[instance]!.lanes.remove(at: position)
      if !lanes[name]!.waiting.isEmpty { tenants[instance]!.lanes.append(name) }
      turns.remove(at: turn)
      if !tenants[instance]!.lanes.isEmpty { turns.append(instance) }
      running += 1
      waiting -= 1
      return ticket
    }
    return nil
  }

  private mutating func removeTurn(of ticket: Ticket) {
    tenants[ticket.instance]?.lanes.removeAll { $0 == ticket.lane }
    if tenants[ticket.instance]?.lanes.isEmpty == true { turns.removeAll { $0 == ticket.instance } }
  }

  private mutating func forgetIdle(_ ticket: Ticket) {
    if tenants[ticket.instance]?.running == 0, tenants[ticket.instance]?.lanes.isEmpty == true {
      tenants[ticket.instance] = nil
      // The lanes' averages go with their instance: bounded by what is in use, at the price of a first guess later.
      lanes = lanes.filter { $0.value.instance != ticket.instance || $0.value.running > 0 }
    }
  }
}
