import Content
import Foundation
import Model

/// What the body of a deployment says.
struct DeploymentBody {
  let files: [BundleFile]
  let isDryRun: Bool
  let expectedVersion: Int64?

  /// - Throws: `Problem` `invalid` with the JSON pointer to what is wrong.
  init(_ members: [String: JSONValue]) throws {
    files = try Self.files(members["files"], at: "/files")
    isDryRun = try members.flag("dry_run") ?? false
    expectedVersion = try members.number("expected_version", in: 0...Int64.max)
  }

  /// - Parameter place: the JSON pointer to the list.
  static func files(_ value: JSONValue?, at place: String) throws -> [BundleFile] {
    guard let elements = value?.arrayValue else {
      throw Problem(
        .invalid, value == nil ? "the member is missing" : "the member cannot be read", field: place,
        rule: "a list of {path, content, executable?}")
    }
    return try elements.enumerated().map { index, element in try file(element, at: "\(place)/\(index)") }
  }

  private static func file(_ value: JSONValue, at place: String) throws -> BundleFile {
    let problem = { (member: String, rule: String) in
      Problem(.invalid, "the member is missing or cannot be read", field: "\(place)\(member)", rule: rule)
    }
    guard let members = value.objectValue else { throw problem("", "an object {path, content, executable?}") }
    try APICall.validate(members, known: ["content", "executable", "path"], at: place)
    guard let path = members["path"]?.stringValue else { throw problem("/path", "a string") }
    guard let content = members["content"]?.stringValue, let data = Data(base64Encoded: content) else {
      throw problem("/content", "a string in base 64")
    }
    guard let isExecutable = (members["executable"] ?? false).boolValue else {
      throw problem("/executable", "true or false")
    }
    return BundleFile(path: path, isExecutable: isExecutable, bytes: Array(data))
  }
}
