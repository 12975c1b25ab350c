import Records

/// What the operator decides about records and accounts.
struct DataRule: Hashable, Codable {
  enum BucketMakers: String, Codable, CaseIterable { case accounts, admin }
  enum Registration: String, Codable, CaseIterable { case closed, open }

  var bucketMakers = BucketMakers.accounts
  var registration = Registration.closed
  var keepsHistory = false
  var checksSchemas = true
  var isReadOnly = false
  /// `nil` for as many objects as one answer may have.
  var pageLimit: Int?
  /// `nil` for as many levels of what records refer to as are usual.
  var depthMax: Int?
  /// Whether any name with any password is a user, without an account: for tests.
  var takesAnyPassword = false
  /// Whether anybody may delete everything: for tests.
  var mayBeFlushed = false

  /// - Parameter personalBucket: the name of the bucket that a user has without making it.
  func configuration(personalBucket: @escaping @Sendable (String) -> String) -> RecordConfiguration {
    var configuration = RecordConfiguration(personalBucket: personalBucket)
    configuration.accountsMayCreateBuckets = bucketMakers == .accounts
    configuration.registrationIsOpen = registration == .open
    configuration.keepsHistory = keepsHistory
    configuration.checksSchemas = checksSchemas
    configuration.isReadOnly = isReadOnly
    configuration.pageLimit = pageLimit
    if let depthMax { configuration.depthMax = depthMax }
    configuration.mayBeFlushed = mayBeFlushed
    return configuration
  }
}
