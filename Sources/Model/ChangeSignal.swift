/// What happened to something that a trigger looks at.
public enum ChangeSignal: String, Hashable, Sendable, Codable, CaseIterable {
  case create, update, delete
}
