public import Model

/// Gives the clocks of a time zone by its name.
///
/// Throws `Problem` with code `invalid` for a name that it does not know, `unavailable` if it cannot look it up.
public typealias ZoneSource = @Sendable (_ name: String) throws(Problem) -> ZoneRules
