"""History, schemas, CORS, caching, utilities (sections 22 to 25)."""

import datetime

import case


class History(case.KintoCase):
    def entries(self, bucket, parameters="", client=None):
        return self.assertStatus((client or self.alice).get(f"{bucket}/history{parameters}"), 200).data

    def test_every_change_has_an_entry(self):
        paths = self.kinds()
        bucket = paths["bucket"]
        self.alice.put(paths["record"], {"data": {"a": 1}})
        self.alice.patch(paths["group"], {"data": {"members": [self.bob.id]}})
        self.alice.delete(paths["record"])
        found = [(entry["resource_name"], entry["action"], entry["uri"]) for entry in self.entries(bucket)]
        self.assertEqual(found, [
            ("record", "delete", paths["record"]), ("group", "update", paths["group"]), ("record", "update",
            paths["record"]),
            ("record", "create", paths["record"]), ("group", "create", paths["group"]),
            ("collection", "create", paths["collection"]), ("bucket", "create", bucket)])

    def test_what_an_entry_says(self):
        paths = self.kinds()
        bucket = paths["bucket"]
        made = self.alice.put(paths["record"], {"data": {"a": 1}, "permissions": {"read": [self.bob.id]}})
        entry = self.entries(bucket)[0]
        self.assertEqual(entry["user_id"], self.alice.id)
        self.assertEqual((entry["record_id"], entry["collection_id"]), ("r1", "things"))
        self.assertEqual(entry["target"]["data"], made.data)
        self.assertEqual(entry["target"]["permissions"]["read"], [self.bob.id])
        moment = datetime.datetime.fromisoformat(entry["date"])
        self.assertEqual(moment.utcoffset(), datetime.timedelta(0))
        tombstone = self.alice.delete(paths["record"]).data
        self.assertEqual(self.entries(bucket)[0]["target"]["data"], tombstone)
        self.assertIsInstance(entry["id"], str)
        self.assertIsInstance(entry["last_modified"], int)

    def test_what_is_refused_has_none(self):
        paths = self.kinds()
        before = self.entries(paths["bucket"])
        self.alice.put(paths["record"], {"foo": 1})
        self.alice.put(paths["record"], {}, headers={"If-None-Match": "*"})
        self.bob.put(paths["record"], {})
        self.alice.get(paths["record"])
        self.assertEqual(self.entries(paths["bucket"]), before)

    def test_filters(self):
        paths = self.kinds()
        bucket = paths["bucket"]
        self.alice.put(paths["record"], {"data": {"a": 1}})
        for parameters, count in [("?action=create", 4), ("?resource_name=record", 2), ("?record_id=r1&action=update",
            1),
                                  (f"?uri={paths['record']}", 2), ("?target.data.a=1", 1), ("?_limit=2", 2),
                                  ("?_since=0", 5),
                                  (f"?user_id={self.bob.id}", 0)]:
            self.assertEqual(len(self.entries(bucket, parameters)), count, parameters)
        sorted_ones = self.entries(bucket, "?_sort=last_modified")
        self.assertEqual(sorted_ones, self.entries(bucket)[::-1])
        self.assertInvalid(self.alice.get(bucket + "/history?nothing=1"), location="querystring")
        self.assertStatus(self.alice.head(bucket + "/history"), 200)

    def test_whoever_reads_an_object_sees_its_entries(self):
        paths = self.kinds()
        self.alice.patch(paths["record"], {"permissions": {"read": [self.bob.id]}})
        seen = self.entries(paths["bucket"], client=self.bob)
        self.assertEqual([entry["uri"] for entry in seen], [paths["record"]])
        self.assertDenied(self.carol.get(paths["bucket"] + "/history"))
        self.assertDenied(self.nobody.get(paths["bucket"] + "/history"), self.nobody)

    def test_purging(self):
        paths = self.kinds()
        bucket = paths["bucket"]
        self.assertDenied(self.bob.delete(bucket + "/history"))
        self.assertStatus(self.alice.delete(bucket + "/history?resource_name=group"), 200)
        self.assertEqual(len(self.entries(bucket)), 3)
        self.assertStatus(self.alice.delete(bucket + "/history"), 200)
        self.assertEqual(self.entries(bucket), [])
        self.assertError(self.alice.post(bucket + "/history", {}), 405, 115)

    def test_it_ends_with_its_bucket(self):
        paths = self.kinds()
        self.alice.delete(paths["bucket"])
        self.alice.put(paths["bucket"])
        self.assertEqual([entry["action"] for entry in self.entries(paths["bucket"])], ["create"])


class Schemas(case.KintoCase):
    SCHEMA = {
        "type": "object", "properties": {"title": {"type": "string", "minLength": 2}, "n": {"type": "integer",
        "minimum": 0}},
        "required": ["title"]}

    def setUp(self):
        super().setUp()
        self.collection_path = self.collection(data={"schema": self.SCHEMA})
        self.list = self.collection_path + "/records"

    def test_what_fits(self):
        answer = self.assertStatus(self.alice.put(self.list + "/r1", {"data": {"title": "abc", "n": 1, "more": {}}}),
            201)
        self.assertEqual(answer.data["schema"], self.alice.get(self.collection_path).data["last_modified"])
        self.assertStatus(self.alice.patch(self.list + "/r1", {"data": {"n": 2}}), 200)
        self.assertStatus(self.alice.post(self.list, {"data": {"title": "abc"}}), 201)

    def test_what_does_not(self):
        self.alice.put(self.list + "/r1", {"data": {"title": "abc", "n": 1}})
        before = self.alice.get(self.list).json
        for data, name in [({"title": 1}, "title"), ({"title": "a"}, "title"), ({"title": "abc", "n": -1}, "n"),
                           ({"title": "abc", "n": "1"}, "n")]:
            with self.subTest(data):
                for send in [lambda: self.alice.put(self.list + "/r1", {"data": data}),
                             lambda: self.alice.patch(self.list + "/r1", {"data": data}),
                             lambda: self.alice.put(self.list + "/new", {"data": data}),
                             lambda: self.alice.post(self.list, {"data": data})]:
                    self.assertInvalid(send(), name=name, location="body")
        self.assertInvalid(self.alice.put(self.list + "/r1", {"data": {"n": 1}}), name="title", location="body",
                           text="is a required property")
        self.assertInvalid(self.alice.merge(self.list + "/r1", {"data": {"title": None}}), name="title")
        self.assertInvalid(self.alice.json_patch(self.list + "/r1", [{"op": "remove", "path": "/data/title"}]),
            name="title")
        self.assertEqual(self.alice.get(self.list).json, before)

    def test_taking_it_off(self):
        self.alice.put(self.collection_path, {"data": {}})
        answer = self.assertStatus(self.alice.put(self.list + "/r1", {"data": {"title": 1}}), 201)
        self.assertNotIn("schema", answer.data)

    def test_what_is_there_stays(self):
        list = self.records({"title": 1})
        self.alice.patch(list.removesuffix("/records"), {"data": {"schema": self.SCHEMA}})
        self.assertEqual(self.alice.get(list + "/r1").data["title"], 1)
        self.assertInvalid(self.alice.patch(list + "/r1", {"data": {"n": 1}}), name="title")


class CrossOrigin(case.KintoCase):
    def test_headers(self):
        paths = self.kinds()
        list = paths["collection"] + "/records"
        always = {"backoff", "retry-after", "alert", "content-length", "content-type"}
        object = always | {"etag", "last-modified", "cache-control", "expires", "pragma"}
        for method, path, status, exposed in [
            ("GET", paths["record"], 200, object), ("GET", list, 200, object | {"next-page"}),
            ("HEAD", list, 200, always | {"total-objects", "total-records"}), ("GET", "/nothing", 404, always),
            ("GET", paths["bucket"] + "/groups/none", 404, always), ("PUT", paths["record"], 200, always),
            ("DELETE", paths["group"], 200, always), ("GET", "/", 200, always), ("POST", "/batch", 400, always),
        ]:
            with self.subTest(method, path=path):
                answer = self.alice.request(method, path, {} if method[0] == "P" else None,
                    headers={"Origin": "https://a.example"})
                self.assertStatus(answer, status)
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
                self.assertIsNone(answer.headers["Access-Control-Allow-Credentials"])
                said = {name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
                self.assertLessEqual(exposed, said)
        self.assertIsNone(self.alice.get(paths["record"]).headers["Access-Control-Allow-Origin"])
        self.assertIsNotNone(self.alice.get(paths["record"]).headers["Access-Control-Expose-Headers"])

    def test_before_the_request(self):
        paths = self.kinds()
        for path, method, allowed in [(paths["record"], "PUT", {"GET", "PUT", "PATCH", "DELETE"}), ("/batch", "POST",
            {"POST"}),
                                      (paths["collection"] + "/records", "POST", {"GET", "POST", "DELETE"}), ("/",
                                      "GET", {"GET"})]:
            headers = {"Origin": "https://a.example", "Access-Control-Request-Method": method,
                       "Access-Control-Request-Headers": "authorization, content-type, if-match"}
            answer = self.assertStatus(self.nobody.request("OPTIONS", path, headers=headers), 200)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            self.assertLessEqual(allowed,
                {name.strip() for name in answer.headers["Access-Control-Allow-Methods"].split(",")})
            said = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
            self.assertLessEqual({"authorization", "content-type", "if-match"}, said)
            self.assertEqual(answer.headers["Access-Control-Max-Age"], "3600")

    def test_what_is_no_such_question(self):
        path = self.bucket()
        for headers in [{}, {"Origin": "https://a.example"}, {"Access-Control-Request-Method": "GET"},
                        {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}]:
            self.assertStatus(self.nobody.request("OPTIONS", path, headers=headers), 400)


class Caching(case.KintoCase):
    def test_nothing_is_cached(self):
        paths = self.kinds()
        for path in [*paths.values(), paths["collection"] + "/records"]:
            self.assertEqual(self.alice.get(path).headers["Cache-Control"], "no-cache, no-store")

    def test_what_all_may_read_can_be(self):
        list = self.records({}, collection=self.collection(data={"cache_expires": 60}))
        self.alice.patch(list.removesuffix("/records"), {"permissions": {"read": ["system.Everyone"]}})
        for path in [list, list + "/r1"]:
            answer = self.assertStatus(self.nobody.get(path), 200)
            self.assertIn("max-age=60", answer.headers["Cache-Control"])
            self.assertIsNotNone(answer.headers["Expires"])
            self.assertEqual(self.alice.get(path).headers["Cache-Control"], "no-cache, no-store")


class Utilities(case.KintoCase):
    def test_heartbeats(self):
        self.assertEqual(self.assertStatus(self.nobody.get("/__lbheartbeat__"), 200).json, {})
        beats = self.assertStatus(self.nobody.get("/__heartbeat__"), 200).json
        self.assertTrue(beats and all(value is True for value in beats.values()))
