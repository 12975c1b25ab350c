import ArgumentParser
import Model

/// Where a server listens: `HOST:PORT`, `[IPV6]:PORT`; port 0 lets the system choose.
struct ListenAddress: Hashable, Codable, ExpressibleByArgument, CustomStringConvertible {
  static let standard = ListenAddress(host: "127.0.0.1", port: 8080)

  var host: String
  var port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]) else {
      return nil
    }
    var host = String(argument[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.init(host: host, port: Int(port))
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
