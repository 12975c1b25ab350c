import Model

extension RecordSession {
  static let readOnly = Problem(
    .methodNotAllowed, "the data can only be read", hint: "the server's configuration says data.readonly: true")

  static let unfit = Problem(.internal, "the request fits no object and no list")
}
