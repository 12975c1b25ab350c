public import Model

/// What is due when, the earliest first: a binary heap that knows where each of its members is.
///
/// Setting, changing and removing one is O(log n), the first one is O(1). Of those due at one moment, the one that was
/// set first comes first.
public struct DueHeap<Key: Hashable & Sendable>: Sendable {
  public struct Member: Sendable {
    public let key: Key
    public let due: Timestamp
  }

  /// What the heap moves about: small, and without the key, so that its order costs no hashing.
  private struct Node: Sendable {
    let due: Timestamp
    /// Grows with every member that is set.
    let order: UInt64
    /// Where the key, and the node's place, are kept.
    let seat: Int

    func isBefore(_ other: Node) -> Bool { (due, order) < (other.due, other.order) }
  }

  private var nodes: [Node] = []
  private var seats: [Key: Int] = [:]
  /// By seat; those of empty seats mean nothing.
  private var keys: [Key] = []
  private var places: [Int] = []
  private var emptySeats: [Int] = []
  private var nextOrder: UInt64 = 0

  public init() {}

  public var count: Int { nodes.count }
  public var isEmpty: Bool { nodes.isEmpty }

  /// The one that is due first.
  public var first: Member? { nodes.first.map { Member(key: keys[$0.seat], due: $0.due) } }

  /// When `key` is due; `nil` if it is not in the heap.
  public subscript(key: Key) -> Timestamp? { seats[key].map { nodes[places[$0]].due } }

  public mutating func reserveCapacity(_ count: Int) {
    nodes.reserveCapacity(count)
    seats.reserveCapacity(count)
    keys.reserveCapacity(count)
    places.reserveCapacity(count)
  }

  /// Adds `key`, or changes when it is due.
  public mutating func set(_ key: Key, due: Timestamp) {
    let order = nextOrder
    nextOrder += 1
    if let seat = seats[key] {
      nodes[places[seat]] = Node(due: due, order: order, seat: seat)
      settle(places[seat])
    } else {
      let seat = takeSeat(for: key)
      seats[key] = seat
      nodes.append(Node(due: due, order: order, seat: seat))
      places[seat] = nodes.count - 1
      rise(from: nodes.count - 1)
    }
  }

  /// - Returns: when it was due; `nil` if it was not in the heap.
  @discardableResult
  public mutating func remove(_ key: Key) -> Timestamp? {
    guard let seat = seats.removeValue(forKey: key) else { return nil }
    emptySeats.append(seat)
    let place = places[seat]
    let removed = nodes[place]
    let last = nodes.removeLast()
    if place < nodes.count {
      nodes[place] = last
      places[last.seat] = place
      settle(place)
    }
    return removed.due
  }

  /// Takes out the first one if it is due by `now`.
  public mutating func popFirst(dueBy now: Timestamp) -> Member? {
    guard let first, first.due <= now else { return nil }
    remove(first.key)
    return first
  }

  private mutating func takeSeat(for key: Key) -> Int {
    if let seat = emptySeats.popLast() {
      keys[seat] = key
      return seat
    }
    keys.append(key)
    places.append(0)
    return keys.count - 1
  }

  /// Moves a node that was put at `place` to where it belongs.
  private mutating func settle(_ place: Int) {
    if place > 0, nodes[place].isBefore(nodes[(place - 1) / 2]) {
      rise(from: place)
    } else {
      sink(from: place)
    }
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard nodes[place].isBefore(nodes[parent]) else { return }
      swap(place, parent)
      place = parent
    }
  }

  private mutating func sink(from start: Int) {
    var place = start
    while true {
      let (left, right) = (2 * place + 1, 2 * place + 2)
      var least = place
      if left < nodes.count, nodes[left].isBefore(nodes[least]) { least = left }
      if right < nodes.count, nodes[right].isBefore(nodes[least]) { least = right }
      guard least != place else { return }
      swap(place, least)
      place = least
    }
  }

  private mutating func swap(_ left: Int, _ right: Int) {
    nodes.swapAt(left, right)
    places[nodes[left].seat] = left
    places[nodes[right].seat] = right
  }
}
