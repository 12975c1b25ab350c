"""What each kind of object has of its own (section 15), and the default bucket (section 16)."""

import case


class Buckets(case.KintoCase):
    def test_free_members(self):
        path = self.bucket(data={"title": "x", "nested": {"a": [1]}})
        self.assertEqual(self.alice.get(path).data["nested"], {"a": [1]})

    def test_deleting_one_deletes_all_below(self):
        paths = self.kinds()
        bucket = paths["bucket"]
        stamp = self.alice.get(paths["collection"] + "/records").etag
        self.alice.patch(paths["collection"], {"permissions": {"write": [self.bob.id]}})
        self.alice.delete(bucket)
        for path in paths.values():
            self.assertStatus(self.alice.get(path), 403, 404)
        self.alice.put(bucket)
        for list in ["/groups", "/collections"]:
            self.assertEqual(self.alice.get(bucket + list + "?_since=0").data, [])
        self.alice.put(paths["collection"])
        self.assertEqual(self.alice.get(paths["collection"] + "/records?_since=0").data, [])
        self.assertDenied(self.bob.get(paths["collection"]))
        self.alice.put(paths["record"])
        self.assertGreater(self.alice.get(paths["collection"] + "/records").etag, stamp)


class Collections(case.KintoCase):
    def test_free_members(self):
        path = self.collection(data={"a": 1, "cache_expires": 10})
        self.assertEqual(self.alice.get(path).data["cache_expires"], 10)

    def test_cache_expires_is_a_number(self):
        path = self.collection()
        for value in ["text", "1.5x", [1]]:
            with self.subTest(value):
                self.assertInvalid(self.alice.put(path, {"data": {"cache_expires": value}}), location="body")

    def test_a_schema_is_one(self):
        path = self.collection()
        for schema in ["text", 1, [], {"type": "nothing"}, {"properties": 1}, {"required": "a"}, {"minimum": "a"}]:
            with self.subTest(schema):
                self.assertInvalid(self.alice.put(path, {"data": {"schema": schema}}), location="body")
                self.assertInvalid(self.alice.patch(path, {"data": {"schema": schema}}), location="body")
        self.assertNotIn("schema", self.alice.get(path).data)

    def test_deleting_one_deletes_its_records(self):
        list = self.records({}, {})
        collection = list.removesuffix("/records")
        self.alice.delete(collection)
        self.assertError(self.alice.get(list), 404, 111)
        self.alice.put(collection)
        self.assertEqual(self.alice.get(list).data, [])

    def test_deleting_all_deletes_their_records(self):
        list = self.records({}, {})
        collections = list.rsplit("/", 2)[0]
        self.assertEqual(self.alice.delete(collections).ids, ["things"])
        self.alice.put(list.removesuffix("/records"))
        self.assertEqual(self.alice.get(list).data, [])


class Groups(case.KintoCase):
    def test_members_are_a_list_of_texts(self):
        path = self.bucket() + "/groups/g"
        for members in ["text", 1, {}, None, [1], [None], [["a"]], [{}]]:
            with self.subTest(members):
                answer = self.alice.put(path, {"data": {"members": members}})
                if members is None and answer.status == 201:
                    self.alice.delete(path)
                    continue
                self.assertInvalid(answer, location="body")
        self.assertMissing(self.alice.get(path), "group", "g")

    def test_members_that_are_no_users(self):
        path = self.bucket() + "/groups/g"
        for member in ["/buckets/b/groups/g", "/buckets/", "system.Everyone"]:
            answer = self.alice.put(path, {"data": {"members": [self.bob.id, member]}})
            self.assertInvalid(answer, location="body", text="is not a valid user ID")
        self.assertStatus(self.alice.put(path, {"data": {"members": ["system.Authenticated", "basicauth:x"]}}), 201)

    def test_members_are_a_matter_of_the_whole_list(self):
        path = self.bucket() + "/groups/g"
        self.assertEqual(self.alice.put(path, {"data": {}}).data["members"], [])
        self.assertEqual(self.alice.patch(path, {"data": {"members": ["a", "b"]}}).data["members"], ["a", "b"])
        self.assertEqual(self.alice.patch(path, {"data": {"title": "x"}}).data["members"], ["a", "b"])
        self.assertEqual(self.alice.put(path, {"data": {"members": ["c"]}}).data["members"], ["c"])
        answer = self.alice.json_patch(path, [{"op": "add", "path": "/data/members/-", "value": "d"}])
        self.assertEqual(answer.data["members"], ["c", "d"])
        self.assertInvalid(self.alice.json_patch(path, [{"op": "add", "path": "/data/members/-", "value": 4}]))
        self.assertInvalid(self.alice.patch(path, {"data": {"members": "e"}}))
        self.assertEqual(self.alice.get(path).data["members"], ["c", "d"])

    def test_rights_by_a_group(self):
        bucket = self.bucket()
        group = bucket + "/groups/g"
        collection = self.collection(bucket, permissions={"read": [group]})
        self.assertDenied(self.bob.get(collection))
        self.alice.put(group, {"data": {"members": [self.bob.id]}})
        self.assertStatus(self.bob.get(collection), 200)
        self.alice.patch(group, {"data": {"members": []}})
        self.assertDenied(self.bob.get(collection))
        self.alice.patch(group, {"data": {"members": [self.bob.id]}})
        self.alice.delete(group)
        self.assertDenied(self.bob.get(collection))

    def test_a_group_made_again(self):
        bucket = self.bucket()
        group = bucket + "/groups/g"
        self.alice.put(group, {"data": {"members": [self.bob.id]}})
        collection = self.collection(bucket, permissions={"read": [group]})
        self.assertStatus(self.bob.get(collection), 200)
        self.alice.delete(group)
        self.alice.put(group, {"data": {"members": []}})
        self.assertDenied(self.bob.get(collection))

    def test_the_rights_of_a_group_end_with_it(self):
        bucket = self.bucket()
        group = bucket + "/groups/g"
        self.alice.put(group, {"data": {"members": [self.bob.id]}})
        collection = self.collection(bucket, permissions={"read": [group]})
        self.alice.delete(group)
        self.alice.put(group, {"data": {"members": [self.bob.id]}})
        answer = self.bob.get(collection)
        if self.deviation("rights of a deleted group", kinto=True, grapnel=False):
            self.assertStatus(answer, 200)
        else:
            self.assertDenied(answer)

    def test_groups_of_another_bucket_give_rights_too(self):
        group = self.bucket() + "/groups/g"
        self.alice.put(group, {"data": {"members": [self.bob.id]}})
        record = self.record(self.collection() + "/records", permissions={"write": [group]})
        self.assertStatus(self.bob.patch(record, {"data": {"a": 1}}), 200)


class Records(case.KintoCase):
    def test_one_needs_its_collection(self):
        bucket = self.bucket()
        self.assertError(self.alice.put(bucket + "/collections/c/records/r"), 404, 111)
        self.collection(bucket, "c")
        self.assertStatus(self.alice.put(bucket + "/collections/c/records/r"), 201)

    def test_collections_are_apart(self):
        bucket = self.bucket()
        one, two = (self.records({"in": name}, collection=self.collection(bucket, name)) for name in ["one", "two"])
        self.assertEqual(self.alice.get(one + "/r1").data["in"], "one")
        self.alice.delete(one + "/r1")
        self.assertEqual(self.alice.get(two + "/r1").data["in"], "two")


class DefaultBucket(case.KintoCase):
    def setUp(self):
        super().setUp()
        self.dora = self.target.user("dora")
        self.real = self.dora.get("/").json["user"]["bucket"]
        self.addCleanup(self.dora.delete, "/buckets/" + self.real)

    def test_reading_makes_it(self):
        path = "/buckets/default/collections/todo/records"
        self.assertDenied(self.dora.get("/buckets/" + self.real))
        self.assertEqual(self.assertStatus(self.dora.get(path), 200).data, [])
        self.assertEqual(self.dora.get("/buckets/default").data["id"], self.real)
        self.assertEqual(self.dora.get("/buckets/" + self.real).permissions, {"write": [self.dora.id]})
        self.assertEqual(self.dora.get("/buckets/default/collections").ids, ["todo"])

    def test_writing_makes_it(self):
        path = "/buckets/default/collections/todo/records"
        made = self.assertStatus(self.dora.post(path, {"data": {"title": "a"}}), 201).data
        self.assertEqual(self.dora.get(f"/buckets/{self.real}/collections/todo/records").data, [made])
        self.assertStatus(self.dora.put(path + "/r1", {"data": {}}), 201)
        self.assertStatus(self.dora.delete(path), 200)

    def test_each_has_its_own(self):
        other = self.carol.get("/").json["user"]["bucket"]
        self.assertNotEqual(self.real, other)
        self.dora.post("/buckets/default/collections/todo/records", {"data": {"whose": "dora"}})
        self.assertEqual(self.carol.get("/buckets/default/collections/todo/records").data, [])
        self.assertDenied(self.carol.get(f"/buckets/{self.real}/collections/todo/records"))
        self.carol.delete("/buckets/default")

    def test_the_real_id_is_stable(self):
        self.dora.get("/buckets/default")
        self.assertEqual(self.dora.get("/").json["user"]["bucket"], self.real)
        self.dora.delete("/buckets/default")
        self.assertEqual(self.dora.get("/buckets/default").data["id"], self.real)

    def test_anonymous_has_none(self):
        for method, path in [("GET", ""), ("PUT", ""), ("GET", "/collections/c"), ("POST", "/collections/c/records")]:
            answer = self.nobody.request(method, "/buckets/default" + path, {} if method[0] == "P" else None)
            self.assertDenied(answer, self.nobody)

    def test_the_id_in_a_body(self):
        answer = self.assertStatus(self.dora.put("/buckets/default", {"data": {"id": "default", "a": 1}}), 201)
        self.assertEqual((answer.data["id"], answer.data["a"]), (self.real, 1))
        answer = self.assertStatus(self.dora.patch("/buckets/default", {"data": {"b": 2}}), 200)
        self.assertEqual((answer.data["id"], answer.data["a"], answer.data["b"]), (self.real, 1, 2))

    def test_collections_of_it(self):
        self.assertStatus(self.dora.put("/buckets/default/collections/c", {"data": {"a": 1}}), 201)
        self.assertEqual(self.dora.get("/buckets/default/collections/c").data["a"], 1)
        self.assertEqual(self.dora.get("/buckets/default/collections/other").data["id"], "other")
        self.assertStatus(self.dora.delete("/buckets/default/collections/c"), 200)
        self.assertInvalid(self.dora.get("/buckets/default/collections/b@d/records"), location="path", text="Invalid")

    def test_groups_of_it(self):
        self.assertStatus(self.dora.put("/buckets/default/groups/g", {"data": {"members": [self.bob.id]}}), 201)
        self.assertIn(f"/buckets/{self.real}/groups/g", self.bob.get("/").json["user"]["principals"])

    def test_preconditions_and_pages(self):
        path = "/buckets/default/collections/todo/records"
        self.assertStatus(self.dora.put(path + "/r1", {"data": {}}, headers={"If-None-Match": "*"}), 201)
        self.assertStatus(self.dora.put(path + "/r1", {"data": {}}, headers={"If-None-Match": "*"}), 412)
        self.dora.put(path + "/r2", {"data": {}})
        first = self.dora.get(path + "?_limit=1")
        second = self.dora.get(first.headers["Next-Page"])
        self.assertEqual(first.ids + second.ids, ["r2", "r1"])

    def test_sharing_it(self):
        self.dora.patch("/buckets/default", {"permissions": {"read": [self.bob.id]}})
        self.assertStatus(self.bob.get("/buckets/" + self.real), 200)
