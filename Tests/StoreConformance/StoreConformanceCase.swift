public import Store

/// One promise of the store protocols, as a check of an empty store.
public struct StoreConformanceCase: Sendable, CustomStringConvertible {
  /// What is promised, in words.
  public let name: String
  private let check: @Sendable (StoreFixture) async throws -> Void

  init(_ name: String, _ check: @escaping @Sendable (StoreFixture) async throws -> Void) {
    self.name = name
    self.check = check
  }

  /// - Throws: `ConformanceFailure` where the store does not keep the promise.
  public func run(on store: any Store) async throws {
    try await check(try await StoreFixture(store: store))
  }

  public var description: String { name }
}
