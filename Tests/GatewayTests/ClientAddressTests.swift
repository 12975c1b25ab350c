import Testing

@testable import Gateway

struct ClientAddressTests {
  private func resolve(_ peer: String, _ forwarded: [String], _ trusted: [String]) -> String? {
    ClientAddress.resolve(peer: peer, forwarded: forwarded, trusting: trusted.compactMap(AddressRange.init(text:)))
  }

  @Test func strangersAreNotBelieved() {
    #expect(resolve("192.0.2.1", ["198.51.100.7"], []) == "192.0.2.1")
    #expect(resolve("192.0.2.1", ["198.51.100.7"], ["10.0.0.0/8"]) == "192.0.2.1")
  }

  @Test func theLastStrangerCounts() {
    let trusted = ["10.0.0.0/8", "::1"]
    #expect(resolve("10.1.2.3", ["198.51.100.7"], trusted) == "198.51.100.7")
    // What the caller itself wrote stands in front of what the proxies appended.
    #expect(resolve("10.1.2.3", ["1.1.1.1, 198.51.100.7 , 10.9.9.9"], trusted) == "198.51.100.7")
    #expect(resolve("10.1.2.3", ["1.1.1.1", "198.51.100.7:4711"], trusted) == "198.51.100.7")
    #expect(resolve("::1", ["[2001:DB8::5]:99"], trusted) == "2001:db8::5")
    #expect(resolve("::ffff:10.1.2.3", ["2001:db8::5"], trusted) == "2001:db8::5")
  }

  @Test func nonsenseEndsTheSearch() {
    #expect(resolve("10.1.2.3", [], ["10.0.0.0/8"]) == "10.1.2.3")
    #expect(resolve("10.1.2.3", ["1.1.1.1, unknown"], ["10.0.0.0/8"]) == "10.1.2.3")
    #expect(resolve("10.1.2.3", ["1.1.1.1,,10.5.5.5"], ["10.0.0.0/8"]) == "10.5.5.5")
    #expect(resolve("10.1.2.3", ["10.4.4.4"], ["10.0.0.0/8"]) == "10.4.4.4")
  }

  @Test func rangesAreRead() throws {
    let range = try #require(AddressRange(text: "192.0.2.128/25"))
    #expect(range.contains(try #require(IPAddress("192.0.2.200"))))
    #expect(!range.contains(try #require(IPAddress("192.0.2.127"))))
    #expect(!range.contains(try #require(IPAddress("2001:db8::1"))))
    #expect(try #require(AddressRange(text: "0.0.0.0/0")).contains(try #require(IPAddress("8.8.8.8"))))
    #expect(try #require(AddressRange(text: "2001:db8::/33")).contains(try #require(IPAddress("2001:db8:7fff::1"))))
    for text in ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "host", "::ffff:10.0.0.0/104", "1/8"] {
      #expect(AddressRange(text: text) == nil, "\(text)")
    }
  }

  @Test func aSubscriberOfIPv6IsA64() throws {
    let address = { (text: String) in try #require(IPAddress(text)).subscriber }
    #expect(try address("2001:db8:1:2:3::4") == address("2001:db8:1:2::1"))
    #expect(try address("2001:db8:1:2::1") != address("2001:db8:1:3::1"))
    #expect(try address("::ffff:192.0.2.1") == address("192.0.2.1"))
    #expect(try address("192.0.2.1") != address("192.0.2.2"))
  }
}
