import Foundation
import Model
import Records
import Store
import Testing

@testable import DialectKinto

@Suite struct TextTests {
  @Test func datesAreThoseOfTheCalendar() {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let milliseconds = Int64.random(in: 0..<10_000_000_000_000, using: &numbers)
      let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
      #expect(DateText.http(milliseconds: milliseconds) == formatter.string(from: date))
    }
    #expect(DateText.http(milliseconds: 784_111_777_000) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(DateText.http(milliseconds: .max) == "Fri, 31 Dec 9999 23:59:59 GMT")
    #expect(DateText.http(milliseconds: .min) == "Thu, 01 Jan 1970 00:00:00 GMT")
  }

  @Test func base64IsThatOfEverybody() {
    var numbers = SystemRandomNumberGenerator()
    for count in 0..<60 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      #expect(Base64Text.decode(Data(bytes).base64EncodedString().utf8) == bytes)
      #expect(Base64Text.decode(Base64Text.encode(bytes).utf8) == bytes)
    }
    for text in ["A", "!!!!", "AA=A", "A A=", "===="] { #expect(Base64Text.decode(text.utf8) == nil, "\(text)") }
  }

  @Test func credentialsAreANameAndAPassword() {
    let read = { (text: String) in Credentials.nameAndPassword(Substring(Data(text.utf8).base64EncodedString())) }
    #expect(read("ada:x:y").map { [$0.0, $0.1] } == ["ada", "x:y"])
    #expect(read("ada:").map { [$0.0, $0.1] } == ["ada", ""])
    #expect(read("ada") == nil)
    #expect(read(":x") == nil)
    #expect(Credentials.nameAndPassword("!!!") == nil)
  }

  @Test func usersWithoutAccountsAreNamedAsKintoNamesThem() {
    #expect(
      Credentials.user("mat", "secret", secret: [])
        == "basicauth:8a931a10fc88ab2f6d1cc02a07d3a81b5d4768f6f13e85c5d8d4180419acb1b4")
  }

  @Test func acceptAdmitsJSONOrNot() {
    for text in ["*/*", "application/*", "text/html, application/json;q=0.5", "Application/JSON"] {
      #expect(RequestReader.admitsJSON(text))
    }
    for text in ["text/html", "application/jsonx", "", "text/*"] { #expect(!RequestReader.admitsJSON(text)) }
  }

  @Test func likenessKnowsOneWildcard() {
    for (text, pattern) in [
      ("Ada Lovelace", "ada"), ("Ada", "ADA"), ("Ada", "a*"), ("Ada", "*a"), ("Ada", "a*a"), ("Ada", "*"), ("a%b", "%"),
      ("abcabc", "a*b*c"),
    ] { #expect(ValueQuery.isLike(text, pattern), "\(text) \(pattern)") }
    for (text, pattern) in [("Ada", "d*"), ("Ada", "a.a"), ("a", "a*a"), ("abc", "c*a"), ("Ada", "_da")] {
      #expect(!ValueQuery.isLike(text, pattern), "\(text) \(pattern)")
    }
  }

  @Test func valuesAreOrderedByTypeFirst() {
    let ordered: [JSONValue?] = [
      .null, "", "a", "b", -1, 0, 1.5, 2, false, true, [1], [], ["a": 1], [:], nil,
    ]
    for (index, one) in ordered.enumerated() {
      for (number, two) in ordered.enumerated() {
        let order = ValueQuery.compare(one, two)
        #expect(order.signum() == (index - number).signum(), "\(String(describing: one)) \(String(describing: two))")
      }
    }
    #expect(ValueQuery.compare(1, 1.0) == 0)
  }

  @Test func valuesAreListedInPages() {
    let values = (0..<10).map { number -> JSONValue in ["uri": .string("u\(number)"), "n": .int(Int64(number % 3))] }
    var selection = DataSelection()
    selection.order = [FieldOrder(.member("n"), isDescending: true)]
    var seen: [JSONValue] = []
    repeat {
      let (page, next) = ValueQuery(selection: selection, key: "uri").page(of: values, limit: 3)
      seen += page
      selection.after = next
    } while selection.after != nil
    #expect(Set(seen) == Set(values))
    #expect(seen.count == 10)
    #expect(seen.compactMap { $0["n"]?.intValue } == [2, 2, 2, 1, 1, 1, 0, 0, 0, 0])
  }
}
