/// Finds any of many texts in one pass (Aho and Corasick, 1975), in time that grows with the text alone: a hook that
/// prints what nearly is a secret, again and again, costs no more than any other.
struct SecretAutomaton: Sendable {
  private var firstChild: [Int32] = [0]
  private var nextSibling: [Int32] = [0]
  private var byte: [UInt8] = [0]
  private var fallback: [Int32] = [0]
  private var depths: [Int32] = [0]
  private var matches: [Int32] = [0]
  private var rootChildren = [Int32](repeating: 0, count: 256)
  private(set) var longest = 0

  /// - Parameter forms: texts of at least one byte.
  init(_ forms: some Sequence<[UInt8]>) {
    for form in forms { insert(form) }
    link()
  }

  /// The state after `byte` was seen in `state`; 0 is the first.
  func next(_ state: Int32, _ byte: UInt8) -> Int32 {
    var state = state
    while state != 0 {
      if let child = child(of: state, byte) { return child }
      state = fallback[Int(state)]
    }
    return rootChildren[Int(byte)]
  }

  /// Whether a text begins with `byte`.
  func begins(with byte: UInt8) -> Bool { rootChildren[Int(byte)] != 0 }

  /// How many of the last bytes may be the beginning of a text.
  func depth(_ state: Int32) -> Int { Int(depths[Int(state)]) }

  /// The length of the longest text that ends here; 0 if none does.
  func match(_ state: Int32) -> Int { Int(matches[Int(state)]) }

  private func child(of state: Int32, _ wanted: UInt8) -> Int32? {
    var child = firstChild[Int(state)]
    while child != 0 {
      if byte[Int(child)] == wanted { return child }
      child = nextSibling[Int(child)]
    }
    return nil
  }

  private mutating func insert(_ form: [UInt8]) {
    var state: Int32 = 0
    for (index, letter) in form.enumerated() {
      let known = state == 0 ? rootChildren[Int(letter)] : child(of: state, letter) ?? 0
      state = known != 0 ? known : addChild(to: state, letter, depth: index + 1)
    }
    matches[Int(state)] = Int32(form.count)
    longest = max(longest, form.count)
  }

  private mutating func addChild(to parent: Int32, _ letter: UInt8, depth: Int) -> Int32 {
    let new = Int32(byte.count)
    firstChild.append(0)
    nextSibling.append(parent == 0 ? 0 : firstChild[Int(parent)])
    byte.append(letter)
    fallback.append(0)
    depths.append(Int32(depth))
    matches.append(0)
    if parent == 0 { rootChildren[Int(letter)] = new } else { firstChild[Int(parent)] = new }
    return new
  }

  /// Level by level: where to go on when a state has no child for a byte is the longest proper suffix that is a state.
  private mutating func link() {
    var level = rootChildren.filter { $0 != 0 }
    while !level.isEmpty {
      var following: [Int32] = []
      for state in level {
        var child = firstChild[Int(state)]
        while child != 0 {
          fallback[Int(child)] = next(fallback[Int(state)], byte[Int(child)])
          if matches[Int(child)] == 0 { matches[Int(child)] = matches[Int(fallback[Int(child)])] }
          following.append(child)
          child = nextSibling[Int(child)]
        }
      }
      level = following
    }
  }
}
