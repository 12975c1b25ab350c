"""What holds for every request: addresses, methods, media types, JSON, the order of checks (sections 1 and 2)."""

import json

import case
import wire

PATCHES = ["application/merge-patch+json", "application/json-patch+json"]


class Addresses(case.KintoCase):
    def test_unknown_paths_are_not_found(self):
        for path in ["/nothing", "/buckets/b/things", "/buckets/b/collections/c/records/r/more", "/batch/more"]:
            with self.subTest(path):
                answer = self.assertError(self.alice.get(path), 404, 111)
                self.assertIsInstance(answer.json["message"], str)

    def test_slashes_at_the_end_are_taken_off(self):
        bucket = self.bucket()
        for path, target in [(bucket + "/", bucket), (bucket + "///", bucket), ("/buckets/?_limit=3",
            "/buckets?_limit=3")]:
            with self.subTest(path):
                answer = self.assertStatus(self.alice.get(path), 307)
                self.assertIn(answer.headers["Location"], [self.target.url + target, self.alice.prefix + target])
                self.assertIn("max-age=3600", answer.headers["Cache-Control"])

    def test_the_root_has_a_slash(self):
        answer = self.assertStatus(self.nobody.get(""), 307)
        self.assertTrue(answer.headers["Location"].endswith("/v1/"), answer)
        self.assertStatus(self.nobody.get("/"), 200)

    def test_another_version(self):
        host = self.target.url.removesuffix("/v1")
        client = wire.Client(host)
        if self.deviation("paths outside /v1", kinto=True, grapnel=False):
            self.assertError(client.get("/v7/buckets"), 404, 116)
            answer = self.assertStatus(client.get("/buckets?_limit=1"), 307)
            self.assertEqual(answer.headers["Location"], host + "/v1/buckets?_limit=1")
        else:
            for path in ["/v7/buckets", "/buckets?_limit=1"]:
                status, _, _ = client._exchange("GET", path, None, {})
                self.assertIn(status, (401, 404))

    def test_a_slash_in_an_id_finds_no_route(self):
        self.assertError(self.alice.get("/buckets/a%2Fb"), 404, 111)
        self.assertError(self.alice.put("/buckets/a%2Fb"), 404, 111)

    def test_a_path_that_is_not_text(self):
        self.assertError(self.alice.get("/buckets/%ff%fe"), 400, 107)
        self.assertError(self.alice.put("/buckets/%ff%fe"), 400, 107)

    def test_percent_encoding_is_read_once(self):
        bucket = self.bucket()
        encoded = "/buckets/" + "".join(f"%{ord(letter):02x}" for letter in bucket.removeprefix("/buckets/"))
        self.assertEqual(self.assertStatus(self.alice.get(encoded), 200).data["id"], bucket.removeprefix("/buckets/"))
        self.assertInvalid(self.alice.put(bucket + "/collections/a%2562"), location="path", text="Invalid object id")


class Methods(case.KintoCase):
    def test_methods_that_are_not_there(self):
        paths = self.kinds()
        for path, allowed in [
            (paths["bucket"], {"GET", "PUT", "PATCH", "DELETE"}), ("/buckets", {"GET", "POST", "DELETE"}),
            (paths["collection"] + "/records", {"GET", "POST", "DELETE"}),
            (paths["record"], {"GET", "PUT", "PATCH", "DELETE"}), ("/batch", {"POST"}), ("/", {"GET"}),
        ]:
            wrong = {"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed
            for method in sorted(wrong):
                with self.subTest(path, method=method):
                    answer = self.assertError(self.alice.request(method, path, {}), 405, 115)
                    said = {word.strip() for word in answer.headers["Allow"].split(",")}
                    self.assertLessEqual(allowed, said)
                    self.assertNotIn(method, said)

    def test_methods_of_nobody(self):
        for method in ["TRACE", "PURGE", "get"]:
            with self.subTest(method):
                answer = self.alice._exchange(method, self.alice.prefix + "/buckets", None, {})
                self.assertIn(answer[0], (400, 405))

    def test_a_missing_route_precedes_the_method(self):
        self.assertError(self.alice.post("/nothing", {}), 404, 111)

    def test_head_is_get_without_a_body(self):
        paths = self.kinds()
        for path in [*paths.values(), "/buckets", paths["bucket"] + "/groups", paths["bucket"] + "/collections",
                     paths["collection"] + "/records"]:
            with self.subTest(path):
                got, headed = self.alice.get(path), self.alice.head(path)
                self.assertStatus(headed, 200)
                for name in ["ETag", "Last-Modified", "Content-Type", "Cache-Control"]:
                    self.assertEqual(got.headers[name], headed.headers[name], name)
        self.assertStatus(self.bob.head(paths["bucket"]), 403)
        self.assertStatus(self.nobody.head(paths["bucket"]), 401)
        self.assertStatus(self.alice.head(paths["bucket"] + "/groups/none"), 404)

    def test_connections_stay_open(self):
        self.alice.get("/")
        connection = self.alice.connection
        for path in ["/", "/buckets/none", "/nothing", "/buckets"]:
            self.alice.get(path)
        self.assertIs(connection, self.alice.connection)


class MediaTypes(case.KintoCase):
    def test_json_needs_no_type(self):
        path = self.bucket()
        for type in [None, "application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8"]:
            with self.subTest(type):
                answer = self.alice.put(path, raw=b'{"data": {"a": 1}}', type=type)
                self.assertEqual(self.assertStatus(answer, 200).data["a"], 1)

    def test_other_types_are_refused_before_all_else(self):
        path = self.bucket()
        types = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", "json"]
        for client in [self.alice, self.bob, self.nobody]:
            for type in types:
                with self.subTest(type):
                    answer = client.put(path, raw=b'{"data": {}}', type=type)
                    self.assertError(answer, 415, 107, name="Content-Type", location="header")
        for type in PATCHES:
            self.assertError(self.alice.put(path, raw=b"{}", type=type), 415, 107)
            self.assertError(self.alice.post("/buckets", raw=b"{}", type=type), 415, 107)
        self.assertError(self.alice.request("POST", "/batch", raw=b"{}", type="text/plain"), 415, 107)

    def test_patches_have_types_of_their_own(self):
        path = self.bucket()
        self.assertStatus(self.alice.merge(path, {"data": {"a": 1}}), 200)
        self.assertStatus(self.alice.json_patch(path, []), 200)
        self.assertStatus(self.alice.patch(path, {"data": {"a": 1}}), 200)
        self.assertError(self.alice.patch(path, raw=b"{}", type="text/plain"), 415, 107)

    def test_types_of_requests_without_a_use_for_them(self):
        path = self.bucket()
        collection = self.collection(path)
        self.assertStatus(self.alice.get(path, type="application/json"), 200)
        self.assertStatus(self.alice.delete(collection, raw=b"{}", type="application/json"), 200)

    def test_accept(self):
        path = self.bucket()
        for accept in ["*/*", "application/*", "application/json", "text/html, application/json;q=0.5",
            "text/html, */*"]:
            with self.subTest(accept):
                self.assertStatus(self.alice.get(path, headers={"Accept": accept}), 200)
        for accept in ["text/html", "application/xml", "text/*"]:
            with self.subTest(accept):
                self.assertError(self.alice.get(path, headers={"Accept": accept}), 406, 107, location="header")
                answer = self.alice.put(path + "/groups/g", {"data": {}}, headers={"Accept": accept})
                self.assertError(answer, 406, 107)
        self.assertMissing(self.alice.get(path + "/groups/g"), "group", "g")


class Bodies(case.KintoCase):
    NOT_OBJECTS = [b"null", b"1", b'"text"', b"true", b"[]", b"[1]", b'[{"data": {}}]']
    NOT_JSON = [
        b"{", b"}", b'{"data": }', b'{"data": {"a": 1}', b"{'data': {}}", b'{"data": {a: 1}}', b"nul", b'{"data": {},}',
        b'{"data": {"a": 01}}', b'{"data": {"a": .5}}', b'{"data": {"a": +1}}', b'{"data": {"a": "\t"}}',
        b'{"data": {"a": "\\x"}}', b'{"data": {}} {}', b"\xff\xfe", b'{"data": {"a": "\xff"}}', b"<xml/>",
        b'{"data": {"a": NaN}}', b'{"data": {"a": Infinity}}', b'{"data": {"a": -Infinity}}', b'{"data": {"a": 1e999}}',
    ]

    def test_no_body_is_an_empty_object(self):
        bucket = "/buckets/" + self.target.unique("bucket")
        self.assertStatus(self.alice.put(bucket), 201)
        self.assertStatus(self.alice.put(bucket, raw=b"", type="application/json"), 200)
        self.assertStatus(self.alice.post(bucket + "/collections"), 201)
        self.assertStatus(self.alice.put(bucket, {}), 200)

    def test_what_is_not_json(self):
        path = self.bucket(data={"a": "as it was"})
        before = self.alice.get(path).json
        for raw in self.NOT_JSON:
            with self.subTest(raw):
                for send in [
                    lambda: self.alice.put(path, raw=raw), lambda: self.alice.patch(path, raw=raw),
                    lambda: self.alice.post(path + "/groups", raw=raw, type="application/json"),
                    lambda: self.alice.post("/batch", raw=raw, type="application/json"),
                ]:
                    self.assertInvalid(send(), location="body")
        self.assertEqual(self.alice.get(path).json, before)
        self.assertEqual(self.alice.get(path + "/groups").data, [])

    def test_what_is_no_object(self):
        path = self.bucket()
        before = self.alice.get(path).json
        for raw in self.NOT_OBJECTS:
            with self.subTest(raw):
                self.assertInvalid(self.alice.put(path, raw=raw), location="body")
                self.assertInvalid(self.alice.patch(path, raw=raw), location="body")
                self.assertInvalid(self.alice.post(path + "/collections", raw=raw), location="body")
        self.assertEqual(self.alice.get(path).json, before)

    def test_a_lone_surrogate_is_no_text(self):
        path = self.bucket()
        answers = [
            self.alice.put(path, raw=b'{"data": {"a": "' + text + b'"}}', type="application/json")
            for text in [rb"\ud800", rb"x\udc00y", rb"\udc00\ud800"]]
        for answer in answers:
            self.assertInvalid(answer)
        answer = self.alice.put(path, raw=rb'{"data": {"a": "\ud83d\ude00"}}', type="application/json")
        self.assertEqual(answer.data["a"], "😀")

    def test_numbers_stay_what_they_are(self):
        path = self.record(self.collection() + "/records")
        for text in ["9007199254740993", "-9223372036854775808", "9223372036854775807", "1.0", "0.1", "-0.5", "1e+100",
                     "0", "-1", "3.141592653589793", "2.5e-08"]:
            with self.subTest(text):
                self.assertStatus(self.alice.put(path, raw=b'{"data": {"n": %b}}' % text.encode()), 200)
                kept = json.loads(self.alice.get(path).body, parse_float=str, parse_int=str)["data"]["n"]
                self.assertEqual(type(json.loads(text)), type(json.loads(kept)))
                self.assertEqual(json.loads(text), json.loads(kept))

    def test_the_last_of_equal_members_counts(self):
        path = self.bucket()
        answer = self.alice.put(path, raw=b'{"data": {"a": 0}, "data": {"a": 1, "b": 1, "a": 2}}')
        self.assertEqual((answer.data["a"], answer.data["b"]), (2, 1))

    def test_text_of_all_kinds(self):
        path = self.record(self.collection() + "/records")
        data = {
            "": "no name", "quote\"back\\slash": "line\nfeed\ttab\r\b\f", "nul": "a\u0000b", "ünï": "日本語 עברית 👩‍👩‍👧",
            "emoji 😀": "\u2028\u2029", "a/b~c": "</script>", "control": "\x01\x1f\x7f\x80", "long": "x" * 70_000,
            "nested": [[], {}, [{"": [None, True, False, 0]}]],
        }
        answer = self.assertStatus(self.alice.put(path, {"data": data}), 200)
        for found in [answer.data, self.alice.get(path).data]:
            self.assertEqual({key: value for key, value in found.items() if key not in ("id", "last_modified")}, data)


class Order(case.KintoCase):
    """Of the checks that a request fails, the first one answers."""

    def test_routes_precede_methods_and_those_media_types(self):
        self.assertError(self.nobody.post("/nothing", raw=b"x", type="text/plain"), 404, 111)
        self.assertError(self.nobody.request("POST", self.bucket(), raw=b"x", type="text/plain"), 405, 115)

    def test_media_types_precede_permissions_and_those_the_rest(self):
        bucket = self.bucket()
        self.assertError(self.bob.put(bucket, raw=b"{", type="text/plain"), 415, 107)
        for client in [self.bob, self.nobody]:
            self.assertDenied(client.put(bucket, raw=b"{", type="application/json"), client)
            self.assertDenied(client.put(bucket, {"foo": 1}), client)
            self.assertDenied(client.get(bucket + "?_limit=x"), client)
            self.assertDenied(client.get(bucket + "/groups?_limit=x"), client)
            self.assertDenied(client.get(bucket, headers={"If-Match": "bad"}), client)
            self.assertDenied(client.put(bucket + "/groups/!bad!"), client)
            self.assertDenied(client.put(bucket, headers={"If-None-Match": "*"}),
                client) if client is self.nobody else None

    def test_values_precede_preconditions(self):
        bucket = self.bucket()
        self.assertInvalid(self.alice.put(bucket, {"foo": 1}, headers={"If-Match": '"1"'}))
        self.assertInvalid(self.alice.get(bucket + "/groups?_limit=x", headers={"If-Match": '"1"'}))
        self.assertStatus(self.alice.get(bucket, headers={"If-Match": '"1"'}), 412)

    def test_being_there_precedes_preconditions(self):
        bucket = self.bucket()
        for method in ["GET", "PATCH", "DELETE"]:
            answer = self.alice.request(method, bucket + "/groups/none", {"data": {}}, headers={"If-Match": '"1"'})
            self.assertMissing(answer, "group", "none")
