import Model
import Testing

@Suite struct HeaderFieldTests {
  @Test(arguments: [
    "Authorization", "proxy-authorization", "X-Auth-User", "Cookie", "Set-Cookie2", "X-API-KEY", "monkey", "Password",
    "x-password-hint", "client-secret", "X-Session-Id", "token", "x-csrf-token", "Proxy",
  ])
  func namesThatMayCarryCredentials(name: String) {
    #expect(HeaderField.mayBeCredential(name))
  }

  @Test(arguments: ["", "a", "ke", "Accept", "Content-Type", "X-Proxy", "Proxy-Id", "X-Colour", "Date"])
  func namesThatDoNot(name: String) {
    #expect(!HeaderField.mayBeCredential(name))
  }
}
