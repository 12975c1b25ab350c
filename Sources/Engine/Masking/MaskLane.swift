/// One way to read a text while secrets are looked for: as it is, with percent-encoding taken away, or with the escapes
/// of JSON taken away. Positions are those of the text as it is.
///
/// What looks like the beginning of an escape may be an ordinary character that stands before a secret, as in `100%s3cr3t`
/// or after a backslash. So from there on a second reading, an echo, goes on beside this one, as long as it may be the
/// right one.
struct MaskLane {
  enum Encoding {
    case plain, percent, json

    var mark: UInt8? {
      switch self {
      case .plain: nil
      case .percent: UInt8(ascii: "%")
      case .json: UInt8(ascii: "\\")
      }
    }
  }

  /// More readings at once only a text has that was made to have them.
  private static let mostEchoes = 4

  private let encoding: Encoding
  private let automaton: SecretAutomaton
  private let isEcho: Bool
  private var state: Int32 = 0
  /// Where the last read bytes began, as many as may belong to a secret; only where an escape can make that differ from
  /// their number.
  private var starts: [Int] = []
  /// The beginning of an escape, and where it began.
  private var escape: [UInt8] = []
  private var escapeStart = 0
  private var echoes: [MaskLane] = []
  /// What is known to be a secret, in order and without overlaps, and not yet taken.
  private var found: [Range<Int>] = []

  init(_ encoding: Encoding, _ automaton: SecretAutomaton) {
    self.init(encoding, automaton, isEcho: false)
  }

  private init(_ encoding: Encoding, _ automaton: SecretAutomaton, isEcho: Bool) {
    self.encoding = encoding
    self.automaton = automaton
    self.isEcho = isEcho
  }

  /// Where the text that may turn out to be a secret begins; `end` if there is none.
  func pendingStart(end: Int) -> Int {
    let escape = self.escape.isEmpty ? end : escapeStart
    let depth = automaton.depth(state)
    let own = depth == 0 ? escape : min(escape, start(depth, before: escape))
    return echoes.reduce(own) { min($0, $1.pendingStart(end: end)) }
  }

  /// - Parameter offset: the position of the first byte.
  mutating func read(_ bytes: [UInt8], at offset: Int) {
    for (index, byte) in bytes.enumerated() {
      if isIdle, echoes.isEmpty, byte != encoding.mark, !automaton.begins(with: SecretForms.fold(byte)) { continue }
      read(byte, at: offset + index)
    }
  }

  /// Reads an escape that goes no further for what it is.
  mutating func finish() {
    while !escape.isEmpty { giveUpEscape() }
    for index in echoes.indices {
      echoes[index].finish()
      takeOver(from: index)
    }
  }

  /// The secrets that begin before `limit`; they are forgotten here.
  mutating func take(before limit: Int) -> [Range<Int>] {
    let taken = found.prefix { $0.lowerBound < limit }
    found.removeFirst(taken.count)
    return Array(taken)
  }

  /// Whether nothing that was read matters any more.
  private var isIdle: Bool { state == 0 && escape.isEmpty }

  private mutating func read(_ byte: UInt8, at position: Int) {
    for index in echoes.indices {
      echoes[index].readAlone(byte, at: position)
      takeOver(from: index)
    }
    readAlone(byte, at: position)
    if escape.isEmpty {
      echoes.removeAll { $0.isIdle }
    } else if escape.count == 1, !isEcho, echoes.count < Self.mostEchoes, !echoes.contains(where: \.isIdle) {
      echoes.append(MaskLane(encoding, automaton, isEcho: true))
    }
  }

  private mutating func takeOver(from echo: Int) {
    for range in echoes[echo].found { add(range) }
    echoes[echo].found = []
  }

  private mutating func readAlone(_ byte: UInt8, at position: Int) {
    if escape.isEmpty {
      guard byte == encoding.mark else { return accept(byte, from: position, to: position + 1) }
      escapeStart = position
    }
    escape.append(byte)
    let reading = encoding == .percent ? EscapeReading(percent: escape) : EscapeReading(json: escape)
    switch reading {
    case .unfinished: break
    case .none: giveUpEscape()
    case .bytes(let bytes):
      escape = []
      for byte in bytes { accept(byte, from: escapeStart, to: position + 1) }
    }
  }

  /// Takes the first byte of what is no escape as it is, and reads the others again.
  private mutating func giveUpEscape() {
    let (bytes, start) = (escape, escapeStart)
    escape = []
    accept(bytes[0], from: start, to: start + 1)
    for (index, byte) in bytes.enumerated().dropFirst() { readAlone(byte, at: start + index) }
  }

  private mutating func accept(_ byte: UInt8, from start: Int, to end: Int) {
    state = automaton.next(state, SecretForms.fold(byte))
    let depth = automaton.depth(state)
    if encoding != .plain {
      if depth == 0 { starts.removeAll(keepingCapacity: true) } else { starts.append(start) }
      if starts.count > 2 * depth + 32 { starts.removeFirst(starts.count - depth) }
    }
    let length = automaton.match(state)
    if length > 0 { add(self.start(length, before: end)..<end) }
  }

  /// Where the last `length` read bytes began, the last of which ended at `end`.
  private func start(_ length: Int, before end: Int) -> Int {
    encoding == .plain ? end - length : starts[starts.count - length]
  }

  /// - Parameter range: ends where reading is now.
  private mutating func add(_ range: Range<Int>) {
    var range = range
    while let last = found.last, last.overlaps(range) {
      range = min(last.lowerBound, range.lowerBound)..<max(last.upperBound, range.upperBound)
      found.removeLast()
    }
    found.append(range)
  }
}
