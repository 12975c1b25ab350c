public import Model

/// What is due when, the earliest first: a binary heap that knows where each of its members is.
///
/// Setting, changing and removing one is O(log n), the first one is O(1). Of those due at one moment, the one that was
/// set first comes first.
public struct DueHeap<Key: Hashable & Sendable>: Sendable {
  public struct Member: Sendable {
    public let key: Key
    public let due: Timestamp
    /// Grows with every member that is set.
    fileprivate let order: UInt64

    fileprivate func isBefore(_ other: Member) -> Bool { (due, order) < (other.due, other.order) }
  }

  private var members: [Member] = []
  private var places: [Key: Int] = [:]
  private var nextOrder: UInt64 = 0

  public init() {}

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }

  /// The one that is due first.
  public var first: Member? { members.first }

  /// When `key` is due; `nil` if it is not in the heap.
  public subscript(key: Key) -> Timestamp? { places[key].map { members[$0].due } }

  public mutating func reserveCapacity(_ count: Int) {
    members.reserveCapacity(count)
    places.reserveCapacity(count)
  }

  /// Adds `key`, or changes when it is due.
  public mutating func set(_ key: Key, due: Timestamp) {
    let member = Member(key: key, due: due, order: nextOrder)
    nextOrder += 1
    if let place = places[key] {
      members[place] = member
      settle(place)
    } else {
      members.append(member)
      places[key] = members.count - 1
      rise(from: members.count - 1)
    }
  }

  /// - Returns: when it was due; `nil` if it was not in the heap.
  @discardableResult
  public mutating func remove(_ key: Key) -> Timestamp? {
    guard let place = places.removeValue(forKey: key) else { return nil }
    let removed = members[place]
    let last = members.removeLast()
    if place < members.count {
      members[place] = last
      places[last.key] = place
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

  /// Moves a member that was put at `place` to where it belongs.
  private mutating func settle(_ place: Int) {
    if place > 0, members[place].isBefore(members[(place - 1) / 2]) {
      rise(from: place)
    } else {
      sink(from: place)
    }
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard members[place].isBefore(members[parent]) else { return }
      swap(place, parent)
      place = parent
    }
  }

  private mutating func sink(from start: Int) {
    var place = start
    while true {
      let (left, right) = (2 * place + 1, 2 * place + 2)
      var least = place
      if left < members.count, members[left].isBefore(members[least]) { least = left }
      if right < members.count, members[right].isBefore(members[least]) { least = right }
      guard least != place else { return }
      swap(place, least)
      place = least
    }
  }

  private mutating func swap(_ left: Int, _ right: Int) {
    members.swapAt(left, right)
    places[members[left].key] = left
    places[members[right].key] = right
  }
}
