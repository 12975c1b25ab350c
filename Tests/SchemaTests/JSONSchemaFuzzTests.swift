import Model
import Schema
import Testing

@Suite("Random schemas and values")
struct JSONSchemaFuzzTests {
  @Test("never crash, and filling defaults twice changes nothing more", arguments: 0..<8 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    var source = RandomJSON(seed: seed)
    var accepted = 0
    for _ in 0..<600 {
      guard let schema = try? JSONSchema(source.schema(depth: 4)) else { continue }
      for _ in 0..<4 {
        let value = source.value(depth: 3)
        guard let once = try? schema.validate(value, coercingText: ["a", "b"]) else { continue }
        accepted += 1
        let twice = try? schema.validate(once)
        // By their texts, since NaN is not equal to itself.
        #expect(twice?.serialized == once.serialized)
      }
    }
    #expect(accepted > 100)
  }

  @Test("that are no schemas at all never crash", arguments: 0..<4 as Range<UInt64>)
  func nonsense(seed: UInt64) {
    var source = RandomJSON(seed: seed)
    for _ in 0..<2000 {
      _ = try? JSONSchema(source.value(depth: 4)).validate(source.value(depth: 4))
    }
  }
}
