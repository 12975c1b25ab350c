import Content
import Model

/// Seals nothing: puts what a value belongs to in front of it, and looks whether it is still there.
struct PlainSealing: Sealing {
  func seal(_ plain: [UInt8], context: [UInt8], mayMakeKey: Bool) throws -> [UInt8] { context + plain }

  func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
    guard sealed.starts(with: context) else { throw Problem(.unavailable, "of another place") }
    return Array(sealed.dropFirst(context.count))
  }
}
