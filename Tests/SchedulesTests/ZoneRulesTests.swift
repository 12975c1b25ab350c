import Foundation
import Model
import Testing
import Zones

@testable import Schedules

struct ZoneRulesTests {
  private func rules(_ bytes: TZifBytes) throws(Problem) -> ZoneRules { try ZoneRules(name: "Test", tzif: bytes.bytes) }

  @Test func aFileIsRead() throws {
    let zone = try rules(
      TZifBytes(changes: [(1000, 1), (2000, 0)], offsets: [3600, 7200], footer: "CET-1CEST,M3.5.0,M10.5.0/3"))
    #expect(zone.span(at: 999) == ZoneSpan(start: .min, end: 1000, offset: 3600))
    #expect(zone.span(at: 1000) == ZoneSpan(start: 1000, end: 2000, offset: 7200))
    // After the last change the footer holds; the first summer of it begins on 29 March 1970 at 01:00 UTC.
    #expect(zone.span(at: 2000) == ZoneSpan(start: 2000, end: 7_520_400, offset: 3600))
    #expect(zone.offset(at: Timestamp("2100-07-01T00:00:00Z")) == 7200)
  }

  @Test(arguments: [
    (TZifBytes(version: 0), "version 1"), (TZifBytes(leapSeconds: 1), "leap seconds"),
    (TZifBytes(changes: [(5, 0), (5, 0)]), "not in order"), (TZifBytes(changes: [(.min, 0)]), "not in order"),
    (TZifBytes(changes: [(5, 1)]), "not there"), (TZifBytes(offsets: []), "0 types"),
    (TZifBytes(offsets: [93_600]), "out of range"), (TZifBytes(offsets: [.min]), "out of range"),
    (TZifBytes(footer: "CET"), "no rule"), (TZifBytes(footer: String(repeating: "A", count: 200)), "no rule"),
  ])
  func aFaultIsNamed(bytes: TZifBytes, reason: String) {
    let problem = #expect(throws: Problem.self) { try rules(bytes) }
    #expect(
      problem?.message.contains(reason) == true && problem?.code == .unavailable, "\(String(describing: problem))")
  }

  @Test func everyCutIsRefused() {
    let bytes = TZifBytes(changes: [(1000, 1)], offsets: [0, 60], footer: "UTC0").bytes
    for count in 0..<bytes.count {
      #expect(throws: Problem.self) { try ZoneRules(name: "Test", tzif: Array(bytes.prefix(count))) }
    }
    let large = bytes + [UInt8](repeating: 0, count: ZoneRules.maximumFileSize)
    #expect(throws: Problem.self) { try ZoneRules(name: "Test", tzif: large) }
  }

  @Test("Changed bytes make a zone that can be reckoned with, or a problem", arguments: 0..<8 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    var source = SeededGenerator(seed: seed)
    let whole = TZifBytes(
      changes: (0..<20).map { (Int64($0) * 10_000_000, UInt8($0 % 3)) }, offsets: [3600, 7200, -1800],
      footer: "<+0330>-3:30<+0430>,J79/24,J263/24"
    ).bytes
    var read = 0
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &source) {
        bytes[Int.random(in: 0..<bytes.count, using: &source)] = UInt8.random(in: 0...255, using: &source)
      }
      guard let zone = try? ZoneRules(name: "Test", tzif: bytes) else { continue }
      read += 1
      for _ in 0..<4 {
        let second = Int.random(in: -3_000_000_000...8_000_000_000, using: &source)
        let span = zone.span(at: second)
        #expect(span.start <= second && second < span.end && abs(span.offset) < ZoneRules.largestOffset)
        let reached = zone.firstSecond(reaching: second)
        #expect(zone.latestLocal(upTo: reached) >= second && zone.latestLocal(upTo: reached - 1) < second)
      }
    }
    #expect(read > 100)
  }

  @Test(arguments: [
    "", "A", "AB0", "UTC", "UTC25", "UTC-0:60", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,",
    "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365",
    "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0x", "<+1-1", "<>0", "UTC0000", "UTC--1",
  ])
  func aFooterIsRefused(text: String) {
    #expect(ZoneFooter(text: text.utf8) == nil)
  }

  @Test(arguments: [
    ("UTC0", 0, 0), ("<+0545>-5:45", 20_700, 20_700), ("EST5EDT,M3.2.0,M11.1.0", -18_000, -14_400),
    ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 39_600, 37_800), ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600),
    ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", -10_800, -7200), ("<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", 0, 7200),
    // Summer for ever: it ends when it begins.
    ("XXX3EDT4,0/0,J365/23", -14_400, -14_400), ("AAA-1BBB,0,364", 7200, 7200),
  ])
  func aFooterDecides(text: String, january: Int, july: Int) throws {
    let footer = try #require(ZoneFooter(text: text.utf8))
    #expect(footer.span(at: Timestamp("2050-01-10T00:00:00Z").seconds).offset == january)
    #expect(footer.span(at: Timestamp("2050-07-10T00:00:00Z").seconds).offset == july)
  }

  @Test func thatSomeEdgesStandInOtherYears() throws {
    // From 167 hours before New Year to 10 April.
    let footer = try #require(ZoneFooter(text: "AAA0BBB,0/-167,J100".utf8))
    let offset = { (text: String) in footer.span(at: Timestamp("\(text)T12:00:00Z").seconds).offset }
    #expect(offset("2049-12-24") == 0 && offset("2049-12-28") == 3600)
    #expect(offset("2050-04-09") == 3600 && offset("2050-04-11") == 0)
  }

  /// Foundation reads the same files with code of its own.
  @Test func allZonesOfThisHostAgreeWithFoundation() throws {
    var source = SeededGenerator(seed: 3)
    var count = 0
    for name in try TestZones.folder.get().names where name.contains("/") {
      guard let theirs = TimeZone(identifier: name) else { continue }
      let ours = try TestZones.zone(name)
      for _ in 0..<20 {
        let second = Int.random(in: 0...2_100_000_000, using: &source)
        let expected = theirs.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
        #expect(ours.offset(at: Timestamp(seconds: second)) == expected, "\(name) \(second)")
        count += 1
      }
    }
    #expect(count > 5000)
  }

  @Test func texts() throws {
    let moment = Timestamp("2026-07-01T12:00:00.5Z")
    #expect(ZoneRules.utc.text(of: moment) == "2026-07-01T12:00:00Z")
    #expect(try TestZones.zone("Asia/Kathmandu").text(of: moment) == "2026-07-01T17:45:00+05:45")
    #expect(try TestZones.zone("America/St_Johns").text(of: moment) == "2026-07-01T09:30:00-02:30")
    // Local mean time of 53 minutes and 28 seconds.
    #expect(try TestZones.zone("Europe/Berlin").text(of: Timestamp("1890-01-01T00:00:00Z")) == "1890-01-01T00:00:00Z")
  }
}
