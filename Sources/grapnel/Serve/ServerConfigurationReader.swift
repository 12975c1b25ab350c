import Foundation
import Gateway
import Logging
import Model
import Records
import Runtimes
import Sandbox
import Yams

/// Reads the operator's file. Unknown keys and values out of range are errors with file and line.
struct ServerConfigurationReader {
  private let file: String

  private init(file: String) {
    self.file = file
  }

  /// - Throws: `Problem` `notFound` if there is no such file, `invalid` for what is in it.
  static func read(_ path: String) throws -> ServerConfiguration {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Problem(.notFound, "the configuration cannot be read", file: path)
    }
    guard data.count <= 64 << 10, let text = String(data: data, encoding: .utf8) else {
      throw Problem(.invalid, "the configuration is no UTF-8 text of at most 64 KiB", file: path)
    }
    return try ServerConfigurationReader(file: path).parse(text)
  }

  private func parse(_ text: String) throws -> ServerConfiguration {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw Problem(.invalid, "not valid YAML: \(error)", file: file)
    }
    var configuration = ServerConfiguration()
    guard let root, root.tag.description != "tag:yaml.org,2002:null" else { return configuration }
    try each(of: root, in: "") { key, node in
      switch key {
      case "listen":
        configuration.listen = try value(node, key, "HOST:PORT") { ListenAddress(argument: $0) }
      case "sandbox": try readSandbox(node, into: &configuration)
      case "runs": try readRuns(node, into: &configuration)
      case "instances": try readInstances(node, into: &configuration)
      case "dependencies": try readDependencies(node, into: &configuration)
      case "http": try readHTTP(node, into: &configuration)
      case "data": try readData(node, into: &configuration.data)
      case "accounts":
        try each(of: node, in: "accounts", known: ["registration"]) { key, node in
          guard key == "registration" else { return false }
          configuration.data.registration = try value(node, "accounts.registration", "closed or open") {
            DataRule.Registration(rawValue: $0)
          }
          return true
        }
      case "schedules":
        try each(of: node, in: "schedules") { key, node in
          guard key == "zones" else { return false }
          configuration.zones = try value(node, "schedules.zones", "the absolute path of a folder") {
            $0.hasPrefix("/") ? $0 : nil
          }
          return true
        }
      case "metrics":
        try each(of: node, in: "metrics") { key, node in
          guard key == "public" else { return false }
          configuration.metricsArePublic = try value(node, "metrics.public", "true or false") { Bool($0) }
          return true
        }
      case "retention": try readRetention(node, into: &configuration.retention)
      case "log":
        try each(of: node, in: "log") { key, node in
          guard key == "level" else { return false }
          let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
          configuration.logLevel = try value(node, "log.level", names) { Logger.Level(rawValue: $0) }
          return true
        }
      default: return false
      }
      return true
    }
    return configuration
  }

  private func readSandbox(_ node: Node, into configuration: inout ServerConfiguration) throws {
    try each(of: node, in: "sandbox") { key, node in
      switch key {
      case "level":
        configuration.level = try value(node, "sandbox.level", "full or user") {
          ServerConfiguration.Level(rawValue: $0)
        }
      case "user": configuration.user = try value(node, "sandbox.user", "a user's name or number") { $0 }
      case "uid_base":
        configuration.uidBase = try value(node, "sandbox.uid_base", "100000 to 2000000000") {
          UInt32($0).flatMap { (100_000...2_000_000_000).contains($0) ? $0 : nil }
        }
      case "mounts":
        guard let paths = node.sequence else { throw fault(node, "sandbox.mounts", "a list of absolute paths") }
        let most = LauncherConfiguration.readOnlyMountsMax
        if paths.count > most { throw fault(paths[most], "sandbox.mounts", "at most \(most) folders") }
        configuration.mounts = try paths.map { path in
          let text = try value(path, "sandbox.mounts", "a list of absolute paths") { $0 }
          if let rule = LauncherConfiguration.rule(brokenByMount: text) { throw fault(path, "sandbox.mounts", rule) }
          return text
        }
      case "allow_host_network":
        configuration.allowsHostNetwork = try value(node, "sandbox.allow_host_network", "true or false") { Bool($0) }
      default: return false
      }
      return true
    }
  }

  private func readRuns(_ node: Node, into configuration: inout ServerConfiguration) throws {
    try each(of: node, in: "runs") { key, node in
      switch key {
      case "capacity": configuration.capacity = try count(node, "runs.capacity", 1...2000)
      case "per_instance": configuration.capacityOfInstance = try count(node, "runs.per_instance", 1...2000)
      case "grace": configuration.grace = try duration(node, "runs.grace")
      case "stop_grace": configuration.stopGrace = try duration(node, "runs.stop_grace")
      default: return false
      }
      return true
    }
  }

  private func readInstances(_ node: Node, into configuration: inout ServerConfiguration) throws {
    try each(of: node, in: "instances") { name, node in
      let field = "instances.\(name)"
      guard name != "main" else { throw fault(node, field, "the command line names the folder of main") }
      do {
        try Name.validateInstance(name, field: field)
      } catch let problem as Problem {
        throw fault(node, field, problem.rule ?? problem.message)
      }
      configuration.instances[name] = try value(node, field, "the absolute path of a folder") {
        $0.hasPrefix("/") ? $0 : nil
      }
      let most = ServerConfiguration.instancesMax
      if configuration.instances.count > most { throw fault(node, "instances", "at most \(most)") }
      return true
    }
  }

  private func readDependencies(_ node: Node, into configuration: inout ServerConfiguration) throws {
    try each(of: node, in: "dependencies") { key, node in
      switch key {
      case "install":
        configuration.installation.mode = try value(node, "dependencies.install", "off, local or on") {
          InstallationRule.Mode(rawValue: $0)
        }
      case "environment":
        guard let members = node.mapping, members.count <= 64 else {
          throw fault(node, "dependencies.environment", "a mapping of at most 64 variables")
        }
        for (name, content) in members {
          let rule = "a variable's name, of letters, digits and _"
          let name = try value(name, "dependencies.environment", rule) { text in
            text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]{0,127}/) != nil && !text.hasPrefix("LD_") ? text : nil
          }
          configuration.installation.environment[name] = try value(
            content, "dependencies.environment.\(name)", "a text without NUL"
          ) { $0.utf8.contains(0) ? nil : $0 }
        }
      default: return false
      }
      return true
    }
  }

  private func readHTTP(_ node: Node, into configuration: inout ServerConfiguration) throws {
    try each(of: node, in: "http") { key, node in
      switch key {
      case "connections": configuration.connections = try count(node, "http.connections", 1...1_000_000)
      case "body": configuration.bodyLimit = try value(node, "http.body", "a size such as 1GiB") { ByteSize(text: $0) }
      case "buffered_body":
        configuration.bufferedBodyLimit = try value(node, "http.buffered_body", "a size up to 64MiB") {
          ByteSize(text: $0).flatMap { $0 <= .mebibytes(64) ? $0 : nil }
        }
      case "deployment":
        configuration.deploymentLimit = try value(node, "http.deployment", "a size from 1KiB to 1GiB") {
          ByteSize(text: $0).flatMap { (.kibibytes(1)...(.gibibytes(1))).contains($0) ? $0 : nil }
        }
      case "rate": try readRate(node, into: &configuration)
      case "trusted_proxies":
        let rule = "a list of addresses such as 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32"
        guard let ranges = node.sequence else { throw fault(node, "http.trusted_proxies", rule) }
        if ranges.count > 64 { throw fault(ranges[64], "http.trusted_proxies", "at most 64") }
        configuration.trustedProxies = try ranges.map { range in
          try value(range, "http.trusted_proxies", rule) { AddressRange(text: $0) == nil ? nil : $0 }
        }
      default: return false
      }
      return true
    }
  }

  private func readData(_ node: Node, into rule: inout DataRule) throws {
    let known = ["create_buckets", "history", "schemas", "readonly", "page_limit", "depth_max", "basicauth", "flush"]
    try each(of: node, in: "data", known: known) { key, node in
      let flag = { try value(node, "data.\(key)", "true or false") { Bool($0) } }
      switch key {
      case "create_buckets":
        rule.bucketMakers = try value(node, "data.create_buckets", "accounts or admin") {
          DataRule.BucketMakers(rawValue: $0)
        }
      case "history": rule.keepsHistory = try flag()
      case "schemas": rule.checksSchemas = try flag()
      case "readonly": rule.isReadOnly = try flag()
      case "page_limit": rule.pageLimit = try count(node, "data.page_limit", 1...RecordConfiguration.objectsMax)
      case "depth_max": rule.depthMax = try count(node, "data.depth_max", 1...Expansion.depthLimit)
      case "basicauth": rule.takesAnyPassword = try flag()
      case "flush": rule.mayBeFlushed = try flag()
      default: return false
      }
      return true
    }
  }

  private func readRetention(_ node: Node, into retention: inout Retention) throws {
    try each(of: node, in: "retention") { key, node in
      switch key {
      case "runs": try readRule(node, "retention.runs", ["age", "count", "bytes"], into: &retention.runs)
      case "logs": try readRule(node, "retention.logs", ["age", "count", "bytes"], into: &retention.logs)
      case "events": try readRule(node, "retention.events", ["age", "count"], into: &retention.events)
      case "dead_letters":
        try readRule(node, "retention.dead_letters", ["age", "count"], into: &retention.deadLetters)
      case "metrics": try readRule(node, "retention.metrics", ["age"], into: &retention.metrics)
      default: return false
      }
      return true
    }
  }

  private func readRate(_ node: Node, into configuration: inout ServerConfiguration) throws {
    try each(of: node, in: "http.rate") { key, node in
      switch key {
      case "per_key": configuration.rate.perKey = try rate(node, "http.rate.per_key")
      case "per_address": configuration.rate.perAddress = try rate(node, "http.rate.per_address")
      case "failed_keys": configuration.failedKeys = try rate(node, "http.rate.failed_keys")
      default: return false
      }
      return true
    }
  }

  /// - Parameter bounds: those that this kind of thing has. `none` lifts one.
  private func readRule(
    _ node: Node, _ field: String, _ bounds: Set<String>, into rule: inout Retention.Rule
  ) throws {
    try each(of: node, in: field) { key, node in
      guard bounds.contains(key) else { return false }
      let isNone = node.scalar?.string == "none"
      switch key {
      case "age":
        let text = "none, or a duration from 1m to 3650d, such as 30d"
        rule.age =
          isNone
          ? nil
          : try value(node, "\(field).age", text) {
            Duration(text: $0).flatMap { (.seconds(60)...Duration.seconds(3650 * 86_400)).contains($0) ? $0 : nil }
          }
      case "count":
        rule.count =
          isNone
          ? nil
          : try value(node, "\(field).count", "none, or a whole number from 1") {
            Int64($0).flatMap { $0 >= 1 ? $0 : nil }
          }
      default:
        rule.bytes =
          isNone
          ? nil
          : try value(node, "\(field).bytes", "none, or a size from 1MiB, such as 10GiB") {
            ByteSize(text: $0).flatMap { $0 >= .mebibytes(1) ? $0 : nil }
          }
      }
      return true
    }
  }

  private func rate(_ node: Node, _ field: String) throws -> Rate {
    try value(node, field, Rate.form) { Rate(text: $0) }
  }

  private func count(_ node: Node, _ field: String, _ range: ClosedRange<Int>) throws -> Int {
    try value(node, field, "\(range.lowerBound) to \(range.upperBound)") {
      Int($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private func duration(_ node: Node, _ field: String) throws -> Duration {
    try value(node, field, "a duration up to 1h, such as 2s") {
      Duration(text: $0).flatMap { $0 <= .seconds(3600) ? $0 : nil }
    }
  }

  private func value<Value>(
    _ node: Node, _ field: String, _ rule: String, _ read: (String) -> Value?
  ) throws -> Value {
    guard let text = node.scalar?.string, let value = read(text) else { throw fault(node, field, rule) }
    return value
  }

  private func fault(_ node: Node, _ field: String, _ rule: String) -> Problem {
    Problem(
      .invalid, "the value cannot be used", field: field, rule: rule, file: file, line: node.mark?.line)
  }

  /// - Parameters:
  ///   - known: the keys that there are, to name the one that was probably meant.
  ///   - read: returns false for a key that it does not know.
  private func each(of node: Node, in parent: String, known: [String] = [], _ read: (String, Node) throws -> Bool)
    throws
  {
    guard let mapping = node.mapping else {
      throw fault(node, parent.isEmpty ? "the file" : parent, "a mapping of keys to values")
    }
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      guard try read(name, value) else {
        let field = parent.isEmpty ? name : "\(parent).\(name)"
        throw Problem(
          .invalid, "there is no such key", field: field,
          hint: (name.nearest(among: known).map { "did you mean \($0)? " } ?? "")
            + "docs/cli.md lists the keys of the configuration",
          file: file, line: key.mark?.line)
      }
    }
  }
}
