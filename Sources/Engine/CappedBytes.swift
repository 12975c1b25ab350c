/// The first bytes of something that may be longer, and whether it was.
struct CappedBytes {
  let capacity: Int
  private(set) var bytes: [UInt8] = []
  private(set) var isCut = false

  init(capacity: Int) {
    self.capacity = capacity
  }

  mutating func append(_ chunk: [UInt8]) {
    let room = capacity - bytes.count
    if chunk.count > room { isCut = true }
    bytes += chunk.prefix(room)
  }
}
