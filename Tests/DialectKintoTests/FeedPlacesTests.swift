import Model
import Testing

@testable import DialectKinto

@Suite struct FeedPlacesTests {
  @Test func aPlaceIsFreeWhenNobodyHasIt() throws {
    let places = FeedPlaces()
    var own = try (0..<FeedPlaces.mostOfOne).map { _ in try places.take(for: "ada") }
    #expect(throws: Problem.self) { try places.take(for: "ada") }
    own.removeLast()
    own.append(try places.take(for: "ada"))
    #expect(own.count == FeedPlaces.mostOfOne)
    var others: [FeedPlaces.Place] = []
    for number in 0..<FeedPlaces.most - own.count { others.append(try places.take(for: "user\(number)")) }
    #expect(throws: Problem.self) { try places.take(for: "eve") }
    others.removeAll()
    _ = try places.take(for: "eve")
  }
}
