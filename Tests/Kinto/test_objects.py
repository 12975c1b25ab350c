"""Objects and their lists, ids, what of permissions is shown, timestamps (sections 7.5, 8, 9 and 11)."""

import email.utils
import time
import uuid

import case
from wire import query


class Ids(case.KintoCase):
    GOOD = ["a", "A", "0", "a-b_c", "0-", "Z_", "x" * 200, "9" * 30]
    BAD = ["-a", "_a", "a.b", "a b", "ü", "a+b", "a%", "a@b", "a:b", "a,b", "*", "日本", "a\u0000b", "💥"]

    def test_good_ones(self):
        paths = self.kinds()
        for id in self.GOOD:
            for path in [paths["bucket"] + "/groups", paths["bucket"] + "/collections",
                paths["collection"] + "/records"]:
                self.assertEqual(self.assertStatus(self.alice.put(f"{path}/{id}"), 201).data["id"], id)

    def test_bad_ones(self):
        from wire import quoted
        paths = self.kinds()
        lists = [paths["bucket"] + "/groups", paths["bucket"] + "/collections", paths["collection"] + "/records",
            "/buckets"]
        for id in self.BAD:
            for path in lists:
                with self.subTest(id, path=path):
                    answer = self.alice.put(f"{path}/{quoted(id)}")
                    self.assertInvalid(answer, location="path", text="Invalid object id")
                    answer = self.alice.post(path, {"data": {"id": id}})
                    self.assertInvalid(answer)
        for path in lists[:3]:
            self.assertEqual(len(self.alice.get(path).data), 1)

    def test_a_line_break_at_the_end(self):
        path = self.collection() + "/records"
        answer = self.alice.put(path + "/a%0A")
        self.assertStatus(answer, *self.deviation("line breaks in ids", kinto=(201,), grapnel=(400,)))

    def test_ids_that_are_no_text(self):
        path = self.collection() + "/records"
        for id in [1, True, [], {}, None, 1.5]:
            with self.subTest(id):
                answer = self.alice.post(path, {"data": {"id": id}})
                self.assertStatus(answer, 400)
        self.assertEqual(self.alice.get(path).data, [])

    def test_generated_ones(self):
        paths = self.kinds()
        records = {self.alice.post(paths["collection"] + "/records", {}).data["id"] for _ in range(5)}
        self.assertEqual(len(records), 5)
        for id in records:
            self.assertEqual((str(uuid.UUID(id)), uuid.UUID(id).version), (id, 4))
        for path in [paths["bucket"] + "/groups", paths["bucket"] + "/collections", "/buckets"]:
            id = self.alice.post(path, {}).data["id"]
            self.assertRegex(id, "^[A-Za-z0-9][A-Za-z0-9_-]{7}$")
        self.alice.delete("/buckets/" + id)

    def test_the_id_of_a_body(self):
        paths = self.kinds()
        for path in paths.values():
            id = path.rsplit("/", 1)[1]
            self.assertStatus(self.alice.put(path, {"data": {"id": id}}), 200)
            self.assertStatus(self.alice.patch(path, {"data": {"id": id}}), 200)
            for method in ["PUT", "PATCH"]:
                answer = self.alice.request(method, path, {"data": {"id": "another"}})
                self.assertInvalid(answer, name="id", text="does not match")
        new = paths["collection"] + "/records/new"
        self.assertInvalid(self.alice.put(new, {"data": {"id": "another"}}))
        self.assertMissing(self.alice.get(new), "record", "new")


class Objects(case.KintoCase):
    def test_put_makes_and_replaces(self):
        for kind, path in self.kinds().items():
            with self.subTest(kind):
                new = path + "-new" if kind != "bucket" else "/buckets/" + self.target.unique("bucket")
                made = self.assertStatus(self.alice.put(new, {"data": {"a": 1, "b": {"c": [2]}}}), 201)
                self.assertEqual({key: made.data[key] for key in ("a", "b", "id")},
                                 {"a": 1, "b": {"c": [2]}, "id": new.rsplit("/", 1)[1]})
                self.assertEqual(self.alice.get(new).json, made.json)
                replaced = self.assertStatus(self.alice.put(new, {"data": {"d": 4}}), 200)
                self.assertEqual(set(replaced.data) - {"members"}, {"id", "last_modified", "d"})
                kept = self.assertStatus(self.alice.put(new, {}), 200)
                self.assertEqual(kept.data["d"], 4)
                self.assertGreater(kept.data["last_modified"], replaced.data["last_modified"])
                self.assertStatus(self.alice.delete(new), 200)

    def test_post_makes_and_never_changes(self):
        for kind, path in self.kinds().items():
            with self.subTest(kind):
                list, id = path.rsplit("/", 1)
                made = self.assertStatus(self.alice.post(list, {"data": {"a": 1}}), 201)
                self.assertEqual(self.alice.get(f"{list}/{made.data['id']}").json, made.json)
                before = self.alice.get(path).json
                answer = self.assertStatus(self.alice.post(list, {"data": {"id": id, "a": 2}}), 200)
                self.assertEqual(answer.json, before)
                self.assertEqual(self.alice.get(path).json, before)
                self.alice.delete(f"{list}/{made.data['id']}")

    def test_delete(self):
        paths = self.kinds()
        for kind in ["record", "group", "collection", "bucket"]:
            with self.subTest(kind):
                path = paths[kind]
                before = self.alice.get(path).data["last_modified"]
                answer = self.assertStatus(self.alice.delete(path), 200)
                self.assertEqual(set(answer.json), {"data"})
                self.assertEqual(set(answer.data), {"id", "last_modified", "deleted"})
                self.assertIs(answer.data["deleted"], True)
                self.assertGreater(answer.data["last_modified"], before)
                self.assertEqual(answer.etag, answer.data["last_modified"])
                for again in [self.alice.get(path), self.alice.delete(path), self.alice.patch(path, {"data": {}})]:
                    if kind == "bucket":
                        self.assertDenied(again)
                    else:
                        self.assertMissing(again, kind, path.rsplit("/", 1)[1])

    def test_lists(self):
        for kind, path in self.kinds().items():
            list = path.rsplit("/", 1)[0]
            answer = self.assertStatus(self.alice.get(list), 200)
            self.assertEqual(set(answer.json), {"data"})
            found = [item for item in answer.data if item["id"] == path.rsplit("/", 1)[1]]
            self.assertEqual(found, [self.alice.get(path).data], kind)
            self.assertIsNone(answer.headers["Total-Objects"])
            self.assertIsNone(answer.headers["Total-Records"])

    def test_lists_have_the_newest_first(self):
        path = self.records({}, {}, {})
        self.assertEqual(self.alice.get(path).ids, ["r3", "r2", "r1"])
        self.alice.patch(path + "/r1", {"data": {"a": 1}})
        self.assertEqual(self.alice.get(path).ids, ["r1", "r3", "r2"])

    def test_totals(self):
        path = self.records({"a": 1}, {"a": 2}, {"a": 3})
        for parameters, total in [("", 3), ("?a=2", 1), ("?_limit=1", 3), ("?min_a=2&_limit=1", 2), ("?a=9", 0)]:
            answer = self.alice.head(path + parameters)
            self.assertEqual(answer.headers["Total-Objects"], str(total), parameters)
            self.assertEqual(answer.headers["Total-Records"], str(total), parameters)
            self.assertIsNone(answer.headers["Next-Page"])
        self.alice.delete(path + "/r1")
        self.assertEqual(self.alice.head(path + "?_since=0").headers["Total-Objects"], "2")

    def test_deleting_lists(self):
        path = self.records({"a": 1}, {"a": 2}, {"a": 3}, {"a": 4})
        answer = self.assertStatus(self.alice.delete(path + "?min_a=3"), 200)
        self.assertEqual(set(answer.ids), {"r3", "r4"})
        self.assertTrue(all(item["deleted"] is True for item in answer.data))
        self.assertEqual(len({item["last_modified"] for item in answer.data}), 2)
        self.assertEqual(answer.etag, max(item["last_modified"] for item in answer.data))
        self.assertEqual(self.alice.get(path).ids, ["r2", "r1"])
        first = self.assertStatus(self.alice.delete(path + "?_limit=1&_sort=a"), 200)
        self.assertEqual(first.ids, ["r1"])
        self.assertIsNotNone(first.headers["Next-Page"])
        self.assertEqual(self.assertStatus(self.alice.delete(path), 200).ids, ["r2"])
        self.assertEqual(self.assertStatus(self.alice.delete(path), 200).data, [])

    def test_unknown_members_of_the_body(self):
        for kind, path in self.kinds().items():
            before = self.alice.get(path).json
            for body in [{"foo": 1}, {"data": {}, "permission": {}}, {"a": 1, "data": {}}]:
                self.assertInvalid(self.alice.put(path, body))
                self.assertInvalid(self.alice.patch(path, body))
                self.assertInvalid(self.alice.post(path.rsplit("/", 1)[0], body))
            for data in [[], "text", 1, None, True]:
                self.assertInvalid(self.alice.put(path, {"data": data}), name="data", location="body")
            self.assertEqual(self.alice.get(path).json, before, kind)


class ShownPermissions(case.KintoCase):
    def test_the_requester_is_added(self):
        paths = self.kinds()
        for path in paths.values():
            self.assertEqual(self.alice.get(path).permissions, {"write": [self.alice.id]})
        self.alice.patch(paths["bucket"], {"permissions": {"write": [self.bob.id]}})
        self.assertEqual(set(self.alice.get(paths["bucket"]).permissions["write"]), {self.alice.id, self.bob.id})
        self.bob.patch(paths["record"], {"data": {"a": 1}})
        self.assertEqual(set(self.bob.get(paths["record"]).permissions["write"]), {self.alice.id, self.bob.id})

    def test_anonymous_adds_everyone(self):
        path = self.collection(permissions={"record:create": ["system.Everyone"]}) + "/records"
        answer = self.assertStatus(self.nobody.post(path, {}), 201)
        self.assertEqual(answer.permissions, {"write": ["system.Everyone"]})

    def test_put_replaces_all_lists_or_none(self):
        path = self.bucket(permissions={"read": [self.bob.id], "collection:create": [self.carol.id]})
        for body in [{"data": {"a": 1}}, {"data": {"a": 2}, "permissions": {}}]:
            kept = self.alice.put(path, body).permissions
            self.assertEqual((kept["read"], kept["collection:create"]), ([self.bob.id], [self.carol.id]))
        replaced = self.alice.put(path, {"permissions": {"group:create": [self.bob.id]}}).permissions
        self.assertEqual(replaced, {"group:create": [self.bob.id], "write": [self.alice.id]})

    def test_patch_replaces_the_lists_that_are_named(self):
        path = self.bucket(permissions={"read": [self.bob.id], "collection:create": [self.carol.id]})
        changed = self.alice.patch(path, {"permissions": {"read": [self.carol.id]}}).permissions
        self.assertEqual((changed["read"], changed["collection:create"]), ([self.carol.id], [self.carol.id]))
        changed = self.alice.patch(path, {"permissions": {"read": [], "write": []}}).permissions
        self.assertEqual(changed, {"collection:create": [self.carol.id], "write": [self.alice.id]})

    def test_faults(self):
        for kind, path in self.kinds().items():
            before = self.alice.get(path).json
            for permissions, name in [
                ({"foo": []}, ...), ({"read": "text"}, ...), ({"read": {}}, ...), ({"read": [1]}, ...),
                ([], "permissions"), ("text", "permissions"), (1, "permissions"),
            ]:
                with self.subTest(kind, permissions=permissions):
                    self.assertInvalid(self.alice.put(path, {"permissions": permissions}), name=name, location="body")
                    self.assertInvalid(self.alice.patch(path, {"permissions": permissions}), location="body")
                    self.assertInvalid(self.alice.post(path.rsplit("/", 1)[0], {"permissions": permissions}))
            self.assertEqual(self.alice.get(path).json, before)

    def test_each_kind_has_its_own_names(self):
        names = {
            "bucket": {"read", "write", "collection:create", "group:create"}, "group": {"read", "write"},
            "collection": {"read", "write", "record:create"}, "record": {"read", "write"}}
        for kind, path in self.kinds().items():
            for name in set().union(*names.values()) | {"read:attributes", "delete", "", "WRITE", "record:write"}:
                answer = self.alice.patch(path, {"permissions": {name: [self.bob.id]}})
                if name in names[kind]:
                    self.assertEqual(self.assertStatus(answer, 200).permissions[name].count(self.bob.id), 1)
                else:
                    self.assertInvalid(answer, text="is not one of")

    def test_lists_have_none(self):
        path = self.records({})
        self.assertNotIn("permissions", self.alice.get(path).json)
        self.assertNotIn("permissions", self.alice.get(path + "/r1?_fields=a").json)

    def test_rights_end_with_the_object(self):
        path = self.record(self.collection() + "/records", permissions={"read": [self.bob.id]})
        self.assertStatus(self.bob.get(path), 200)
        self.alice.delete(path)
        self.alice.put(path)
        self.assertDenied(self.bob.get(path))
        collection = path.rsplit("/", 2)[0]
        self.alice.patch(path, {"permissions": {"read": [self.bob.id]}})
        self.alice.delete(collection)
        self.alice.put(collection)
        self.alice.put(path)
        self.assertDenied(self.bob.get(path))

    def test_members_of_data_are_no_permissions(self):
        path = self.record(self.collection() + "/records")
        answer = self.alice.put(path, {"data": {"__permissions__": {"read": ["system.Everyone"]}}})
        if self.deviation("__permissions__ in data", kinto=True, grapnel=False):
            self.assertStatus(self.nobody.get(path), 200)
        else:
            self.assertStatus(answer, 200, 400)
            self.assertDenied(self.nobody.get(path), self.nobody)


class Timestamps(case.KintoCase):
    def now(self):
        return int(time.time() * 1000)

    def test_they_follow_the_clock_and_strictly_increase(self):
        path = self.collection() + "/records"
        before = self.now()
        stamps = [self.alice.post(path, {}).data["last_modified"] for _ in range(20)]
        self.assertEqual(sorted(set(stamps)), stamps)
        self.assertLessEqual(before, stamps[0])
        self.assertLess(stamps[-1], self.now() + 1000)

    def test_headers(self):
        path = self.records({})
        for answer in [self.alice.get(path), self.alice.get(path + "/r1"), self.alice.put(path + "/r1", {"data": {}}),
                       self.alice.post(path, {}), self.alice.patch(path + "/r1", {"data": {}}),
                       self.alice.delete(path + "/r1"), self.alice.delete(path)]:
            parsed = email.utils.parsedate_to_datetime(answer.headers["Last-Modified"])
            self.assertTrue(answer.headers["Last-Modified"].endswith(" GMT"))
            self.assertEqual(int(parsed.timestamp()), answer.etag // 1000)
            if isinstance(answer.data, dict):
                self.assertEqual(answer.etag, answer.data["last_modified"])

    def test_an_empty_list_has_a_stable_one(self):
        bucket = self.bucket()
        for path in [bucket + "/groups", bucket + "/collections", self.collection(bucket) + "/records"]:
            first = self.alice.get(path).etag
            self.assertEqual(self.alice.get(path).etag, first)
            self.assertEqual(self.alice.get(path + "?a=1").etag, first)
            self.assertEqual(self.alice.head(path).etag, first)

    def test_a_list_has_that_of_its_last_change(self):
        path = self.records({}, {})
        for method, below in [("PUT", "/r1"), ("PATCH", "/r2"), ("DELETE", "/r1"), ("POST", "")]:
            answer = self.alice.request(method, path + below, {"data": {}} if method[0] == "P" else None)
            self.assertEqual(self.alice.get(path).etag, answer.etag)
            self.assertEqual(self.alice.get(path + "?nothing=1").etag, answer.etag)

    def test_lists_have_their_own(self):
        bucket = self.bucket()
        one, two = (self.records({}, collection=self.collection(bucket, name)) for name in ["one", "two"])
        before = self.alice.get(one).etag
        collections = self.alice.get(bucket + "/collections").etag
        self.alice.put(two + "/r1", {"data": {}})
        self.assertEqual(self.alice.get(one).etag, before)
        self.assertEqual(self.alice.get(bucket + "/collections").etag, collections)

    def test_writes_that_change_nothing_bump(self):
        path = self.record(self.collection() + "/records", data={"a": 1})
        for send in [lambda: self.alice.put(path, {"data": {"a": 1}}), lambda: self.alice.patch(path,
            {"data": {"a": 1}}),
                     lambda: self.alice.put(path, {}), lambda: self.alice.patch(path, {"permissions": {}})]:
            before = self.alice.get(path).data["last_modified"]
            answer = send()
            if answer.status == 200:
                self.assertGreater(answer.data["last_modified"], before)

    def test_a_proposal_above_the_list(self):
        path = self.records({})
        future = self.now() + 3_600_000
        for number, send in enumerate([
            lambda at: self.alice.put(path + "/r1", {"data": {"last_modified": at}}),
            lambda at: self.alice.patch(path + "/r1", {"data": {"last_modified": at}}),
            lambda at: self.alice.post(path, {"data": {"last_modified": at}}),
            lambda at: self.alice.put(path + "/new", {"data": {"last_modified": at}}),
        ]):
            at = future + number * 1000
            self.assertEqual(send(at).data["last_modified"], at)
            self.assertEqual(self.alice.get(path).etag, at)
        self.assertEqual(self.alice.post(path, {}).data["last_modified"], at + 1)

    def test_a_proposal_below_the_list(self):
        path = self.records({})
        top = self.alice.get(path).etag
        for send in [lambda at: self.alice.post(path, {"data": {"last_modified": at}}),
                     lambda at: self.alice.put(path + "/new", {"data": {"last_modified": at}})]:
            answer = self.assertStatus(send(case.LONG_AGO), 201)
            self.assertEqual(answer.data["last_modified"], case.LONG_AGO)
            self.assertEqual(self.alice.get(path).etag, top)
        self.assertEqual(self.alice.get(path).ids[0], "r1")

    def test_a_proposal_that_is_the_lists(self):
        path = self.records({})
        top = self.alice.get(path).etag
        answer = self.alice.put(path + "/new", {"data": {"last_modified": top}})
        self.assertGreater(answer.data["last_modified"], top)
        self.assertEqual(self.alice.get(path).etag, answer.data["last_modified"])

    def test_an_old_proposal_for_what_is_there(self):
        path = self.records({}) + "/r1"
        for send in [lambda data: self.alice.put(path, {"data": data}), lambda data: self.alice.patch(path,
            {"data": data})]:
            before = self.alice.get(path).data
            for at in [before["last_modified"], before["last_modified"] - 5, case.LONG_AGO]:
                self.assertGreater(send({"last_modified": at}).data["last_modified"], before["last_modified"])

    def test_proposals_that_are_no_timestamps(self):
        path = self.records({}) + "/r1"
        for at in ["1", "text", 1.5, None, [], {}]:
            with self.subTest(at):
                before = self.alice.get(path).data["last_modified"]
                answer = self.alice.put(path, {"data": {"last_modified": at}})
                if answer.status == 400:
                    self.assertInvalid(answer)
                else:
                    self.assertIsInstance(self.assertStatus(answer, 200).data["last_modified"], int)
                    self.assertGreater(answer.data["last_modified"], before)

    def test_deleting_at_a_time(self):
        path = self.records({}, {}, {})
        future = self.now() + 3_600_000
        answer = self.alice.delete(path + "/r1" + query(last_modified=future))
        self.assertEqual(answer.data["last_modified"], future)
        self.assertEqual(self.alice.get(path).etag, future)
        answer = self.alice.delete(path + "/r2" + query(last_modified=case.LONG_AGO))
        self.assertEqual(answer.data["last_modified"], future + 1)

    def test_deleting_at_no_time(self):
        path = self.records({}) + "/r1"
        expected = self.deviation("deleting at a time that is none", kinto=(500,), grapnel=(400,))
        self.assertStatus(self.alice.delete(path + query(last_modified="abc")), *expected)
        self.assertStatus(self.alice.get(path), 200)
