import Model
import Records
import Testing

@testable import grapnel

@Suite struct DataConfigurationTests {
  private func read(_ text: String) throws -> ServerConfiguration {
    let surroundings = try Surroundings()
    try surroundings.write(text, to: "grapnel.yaml")
    return try ServerConfigurationReader.read(surroundings.folder + "/grapnel.yaml")
  }

  @Test func nothingIsOpenUnlessItIsSaid() throws {
    let rule = try read("").data
    #expect(rule.registration == .closed && rule.bucketMakers == .accounts && rule.checksSchemas)
    #expect(!rule.keepsHistory && !rule.isReadOnly && !rule.takesAnyPassword && !rule.mayBeFlushed)
  }

  @Test func everyKeyIsRead() throws {
    let rule = try read(
      """
      accounts: {registration: open}
      data:
        create_buckets: admin
        history: true
        schemas: false
        readonly: true
        page_limit: 100
        depth_max: 8
        basicauth: true
        flush: true
      """
    ).data
    #expect(rule.registration == .open && rule.bucketMakers == .admin && !rule.checksSchemas && rule.keepsHistory)
    #expect(rule.isReadOnly && rule.pageLimit == 100 && rule.takesAnyPassword && rule.mayBeFlushed)
    let records = rule.configuration { $0 }
    #expect(records.registrationIsOpen && !records.accountsMayCreateBuckets && !records.checksSchemas)
    #expect(records.keepsHistory && records.isReadOnly && records.pageLimit == 100 && records.mayBeFlushed)
    #expect(records.depthMax == 8)
  }

  @Test(arguments: [
    ("data:\n  histroy: true\n", "data.histroy", 2, "did you mean history?"),
    ("accounts:\n  registration: ajar\n", "accounts.registration", 2, nil),
    ("data:\n  flush: false\n  page_limit: 0\n", "data.page_limit", 3, nil),
    ("data:\n  depth_max: 9\n", "data.depth_max", 2, nil),
    ("data: 1\n", "data", 1, nil),
  ])
  func faultsNameTheirPlace(text: String, field: String, line: Int, hint: String?) throws {
    let problem = try #require(throws: Problem.self) { try read(text) }
    #expect(problem.field == field && problem.line == line && problem.code == .invalid)
    if let hint { #expect(problem.hint?.hasPrefix(hint) == true) }
  }
}
