import Model
import Testing

@testable import Schedules

struct DueHeapTests {
  @Test("holds what a sorted list holds", arguments: 0..<8 as Range<UInt64>)
  func model(seed: UInt64) {
    var source = SeededGenerator(seed: seed)
    var heap = DueHeap<Int>()
    var model: [Int: (due: Timestamp, order: Int)] = [:]
    for step in 0..<3000 {
      let key = Int.random(in: 0..<60, using: &source)
      switch Int.random(in: 0..<10, using: &source) {
      case 0..<5:
        let due = Timestamp(seconds: Int.random(in: 0..<40, using: &source))
        heap.set(key, due: due)
        model[key] = (due, step)
      case 5..<7:
        #expect(heap.remove(key) == model.removeValue(forKey: key)?.due)
      default:
        let now = Timestamp(seconds: Int.random(in: 0..<40, using: &source))
        let expected = model.min { ($0.value.due, $0.value.order) < ($1.value.due, $1.value.order) }
        #expect(heap.first?.key == expected?.key)
        let popped = heap.popFirst(dueBy: now)
        #expect(popped?.key == expected.flatMap { $0.value.due <= now ? $0.key : nil })
        if let popped { model[popped.key] = nil }
      }
      #expect(heap.count == model.count && heap[key] == model[key]?.due)
    }
    var order: [Timestamp] = []
    while let member = heap.popFirst(dueBy: Timestamp(microseconds: .max)) { order.append(member.due) }
    #expect(order == order.sorted() && order.count == model.count && heap.isEmpty)
  }

  @Test func thoseDueAtOneMomentComeInTheirOrder() {
    var heap = DueHeap<String>()
    let moment = Timestamp(seconds: 5)
    for key in ["c", "a", "b"] { heap.set(key, due: moment) }
    heap.set("c", due: moment)
    var keys: [String] = []
    while let member = heap.popFirst(dueBy: moment) { keys.append(member.key) }
    #expect(keys == ["a", "b", "c"])
    #expect(heap.popFirst(dueBy: moment) == nil)
  }
}
