import Model

/// A parameter of a query or a path, as the OpenAPI document describes it.
///
/// A row names those that several rows have by a text alone: `query: ["instance", "limit"]`.
struct APIParameter: Sendable, ExpressibleByStringLiteral {
  let name: String
  let shape: APIShape
  /// One sentence. The tests refuse an empty one, so a text that is not among `known` needs the long form.
  let description: String

  init(_ name: String, _ shape: APIShape, _ description: String) {
    self.name = name
    self.shape = shape
    self.description = description
  }

  init(stringLiteral name: String) {
    self = Self.known.first { $0.name == name } ?? APIParameter(name, .text, "")
  }

  /// What the query parameters of these names mean wherever they occur.
  static let known = [
    APIParameter("instance", .text, "The name of an instance; without it the key's own, otherwise main."),
    APIParameter("hook", .text, "Only what belongs to the hook of that name."),
    APIParameter("run", .id, "Only what belongs to that run."),
    APIParameter("status", .choice(RunStatus.self), "Only runs in that state."),
    APIParameter("schedule", .id, "Only runs of that schedule."),
    APIParameter("trigger", .id, "Only runs that this trigger has started."),
    APIParameter("scope", APIShape(["enum": ["instance", "host"]]), "Whose events; host needs a key of the host."),
    APIParameter("kind", .text, "Only events of that kind, or whose kind begins so before a dot."),
    APIParameter("since", .moment, "Only what came at that time or later; a span counts back from now."),
    APIParameter("step", .span, "How long a step is: whole minutes, such as 5m; one without it."),
    APIParameter("after", .integer(0...Int64.max), "Only what has a larger sequence number."),
    APIParameter("limit", .integer(1...1000, otherwise: 50), "The most items of a page."),
    APIParameter("cursor", .text, "next_cursor of the page before."),
  ]

  /// What `{name}` in a path stands for.
  static func path(_ name: String) -> APIParameter {
    switch name {
    case "id": APIParameter(name, .id, "An id.")
    case "name": APIParameter(name, .text, "The name of a hook or a variable.")
    case "instance": APIParameter(name, .text, "The name of an instance.")
    case "hook": APIParameter(name, .text, "The name of a hook.")
    default: APIParameter(name, .text, "")
    }
  }
}
