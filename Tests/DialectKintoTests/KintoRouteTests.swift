import Records
import Store
import Testing

@testable import DialectKinto

@Suite struct KintoRouteTests {
  @Test(arguments: [
    ("/v1/", KintoRoute.root), ("/v1/batch", .batch), ("/v1/permissions", .permissions), ("/v1/__flush__", .flush),
    ("/v1/__heartbeat__", .heartbeat), ("/v1/__lbheartbeat__", .balancerHeartbeat),
    ("/v1/buckets", .list(DataTarget(.bucket))), ("/v1/buckets/b", .object(DataTarget(.bucket, name: "b"))),
    ("/v1/accounts/a%40b", .object(DataTarget(.account, name: "a@b"))),
    ("/v1/buckets/b/groups", .list(DataTarget(.group, bucket: "b"))),
    ("/v1/buckets/b/groups/g", .object(DataTarget(.group, bucket: "b", name: "g"))),
    ("/v1/buckets/b/collections/c", .object(DataTarget(.recordClass, bucket: "b", name: "c"))),
    ("/v1/buckets/b/collections/c/records", .list(DataTarget(.record, bucket: "b", recordClass: "c"))),
    (
      "/v1/buckets/b/collections/c/records/r%20",
      .object(DataTarget(.record, bucket: "b", recordClass: "c", name: "r "))
    ),
    ("/v1/buckets/b/history", .history(bucket: "b")),
  ]) func leads(path: String, route: KintoRoute) {
    #expect(KintoRoute(path) == route)
  }

  @Test(arguments: [
    "/v1x", "/v2/", "/v1/nothing", "/v1/buckets/b/things", "/v1/buckets/b/collections/c/records/r/x", "/v1//buckets",
    "/v1/buckets//groups", "/v1/buckets/a%2Fb", "/buckets", "",
  ]) func leadsNowhere(path: String) {
    #expect(KintoRoute(path) == .nowhere)
  }

  @Test(arguments: [
    ("/v1", "/v1/"), ("/v1/buckets/", "/v1/buckets"), ("/v1/buckets/b///", "/v1/buckets/b"), ("/v1//", "/v1/"),
    ("/v1/nothing/", "/v1/nothing"),
  ]) func sendsElsewhere(path: String, target: String) {
    #expect(KintoRoute(path) == .redirect(target))
  }

  @Test func readsTextOnly() {
    #expect(KintoRoute("/v1/buckets/%ff") == .illegible)
    #expect(KintoRoute("/v1/buckets/%C3%BC") == .object(DataTarget(.bucket, name: "ü")))
    #expect(KintoRoute("/v1/buckets/%zz%") == .object(DataTarget(.bucket, name: "%zz%")))
    #expect(KintoRoute("/v1/buckets/a%00") == .object(DataTarget(.bucket, name: "a\0")))
  }
}
