public import Model

/// A compiled JSON Schema: the core of Draft 2020-12, bounded so that neither a schema nor a value can make checking
/// it expensive.
///
/// The keywords: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `patternProperties`,
/// `minProperties`, `maxProperties`, `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`, `minLength`,
/// `maxLength`, `pattern`, `format` (`date-time`, `date`, `email`, `uri`, `uuid`; asserted), `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `allOf`, `anyOf`, `oneOf`, `not`, `$defs`, `$ref` within the
/// schema, and `default`. Annotations such as `title` are taken and mean nothing; any other keyword is an error, so
/// that a misspelt rule is not silently no rule. Names that begin with `x-` are free.
///
/// A schema whose top has `properties` and no `type` is one of an object.
public struct JSONSchema: Sendable {
  /// The most rules (schemas and their sub-schemas) that one schema may have.
  public static let maximumRules = 2000
  /// How deep schemas, and values checked against them, may nest.
  public static let maximumDepth = 64
  /// The most rules that checking one value may apply.
  static let maximumSteps = 200_000

  let rules: [SchemaRule]

  /// Compiles a schema.
  ///
  /// - Throws: `Problem` with code `invalid` whose `field` is a JSON pointer into `value`: for a keyword that is
  ///   unknown or has a value of the wrong kind, a reference that leads nowhere or back to itself, a pattern that is
  ///   not a regular expression, a default that the schema itself refuses, or a bound that is exceeded.
  public init(_ value: JSONValue) throws(Problem) {
    var compiler = SchemaCompiler(document: value)
    rules = try compiler.compile()
    try checkDefaults()
  }

  /// Checks a value, and returns it with the defaults of absent members filled in.
  ///
  /// Defaults are filled through `properties`, `items`, `prefixItems`, `allOf` and `$ref`, not from inside `anyOf`,
  /// `oneOf` and `not`, where which one applies could change by filling them. So checking the result again gives the
  /// result again. Errors are found in the order of sorted member names; only the first is thrown.
  ///
  /// - Parameter coercingText: the top-level members that came as text, from a query string or a form: where the
  ///   schema wants an integer, a number or a boolean, `"3"` becomes `3` and `"true"` becomes `true`; where it wants
  ///   an array, a single text becomes one of one element.
  /// - Throws: `Problem` with code `invalid` whose `field` is the JSON pointer of the offending value and whose `rule`
  ///   is the keyword with its value, such as `maxLength: 80`.
  public func validate(_ value: JSONValue, coercingText: Set<String> = []) throws(Problem) -> JSONValue {
    var validator = SchemaValidator(rules: rules)
    let filled = try validator.fillDefaults(of: coerce(value, members: coercingText))
    try validator.check(filled)
    return filled
  }

  private func checkDefaults() throws(Problem) {
    for rule in rules {
      guard let value = rule.defaultValue else { continue }
      do {
        var validator = SchemaValidator(rules: rules)
        let filled = try validator.fillDefaults(of: value, rule: rule.index)
        try validator.check(filled, rule: rule.index)
      } catch {
        throw Problem(
          .invalid, "the default breaks its own schema: \(error.message)",
          field: rule.pointer + "/default" + (error.field ?? ""), rule: error.rule)
      }
    }
  }
}
