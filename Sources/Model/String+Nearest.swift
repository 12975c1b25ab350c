extension String {
  /// The one of `candidates` that this was probably meant to be: the fewest insertions, deletions, replacements and
  /// swaps of neighbours away, at most a third of its length (and at least one); `nil` if none is so near.
  public func nearest(among candidates: some Sequence<String>) -> String? {
    guard utf8.count <= 64 else { return nil }
    let word = Array(lowercased().unicodeScalars)
    let bound = max(1, word.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates.sorted() where candidate.utf8.count <= 64 {
      let distance = Self.editDistance(word, Array(candidate.lowercased().unicodeScalars))
      if distance <= bound, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// The optimal string alignment distance.
  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var distance = Swift.min(
          last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          distance = Swift.min(distance, beforeLast[column - 1] + 1)
        }
        current.append(distance)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
