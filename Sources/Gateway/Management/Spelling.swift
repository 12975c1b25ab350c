/// Guesses what somebody meant.
enum Spelling {
  /// `did you mean …?` with the known word that is at most two letters away from `word`, if there is one.
  static func hint(_ word: String, among known: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let distances = known.map { ($0, distance(Array(word.lowercased().utf8), Array($0.utf8))) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= 2, best.1 < best.0.utf8.count else { return nil }
    return "did you mean \(best.0)?"
  }

  /// How many letters have to be put in, taken out or exchanged (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let cost = letter == other ? diagonal : 1 + min(diagonal, row[column], row[column + 1])
        diagonal = row[column + 1]
        row[column + 1] = cost
      }
    }
    return row[right.count]
  }
}
