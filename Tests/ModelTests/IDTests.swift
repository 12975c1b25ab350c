import Foundation
import Model
import Testing

@Suite struct IDTests {
  @Test func idsSortByTheirTimeAndAreReadBack() {
    let earlier = ID<Run>(at: Timestamp(microseconds: 1_000_000))
    let later = ID<Run>(at: Timestamp(microseconds: 2_000_000))
    #expect(earlier < later)
    #expect(ID<Run>(later.text) == later)
  }

  @Test func thousandsOfOneMomentDiffer() {
    let ids = Set((0..<10_000).map { _ in ID<Run>(at: Timestamp(microseconds: 0)) })
    #expect(ids.count == 10_000)
  }

  @Test(arguments: ["", "x", "../../../../etc/passwd0000", "01M7Z094471Y547FFAWGRXVYYX", "81m7z094471y547ffawgrxvyyx"])
  func refusesWhatIsNoID(text: String) {
    #expect(ID<Run>(text) == nil)
  }
}
