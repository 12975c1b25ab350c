"""The three kinds of PATCH (section 12)."""

import case


def content(answer):
    return {key: value for key, value in answer.data.items() if key not in ("id", "last_modified")}


class Members(case.KintoCase):
    """`application/json`: the members that are sent replace those that are there."""

    def setUp(self):
        super().setUp()
        self.path = self.records({"a": 1, "b": {"c": 1, "d": 2}, "e": [1, 2]}) + "/r1"

    def test_it_replaces_members(self):
        answer = self.assertStatus(self.alice.patch(self.path, {"data": {"a": None, "b": {"c": 3}, "f": "new"}}), 200)
        self.assertEqual(content(answer), {"a": None, "b": {"c": 3}, "e": [1, 2], "f": "new"})
        self.assertEqual(self.alice.get(self.path).json, answer.json)

    def test_something_must_be_sent(self):
        for raw in [b"{}", b""]:
            answer = self.alice.patch(self.path, raw=raw, type="application/json")
            self.assertInvalid(answer, text="Provide at least one of data or permissions")
        before = self.alice.get(self.path)
        answer = self.assertStatus(self.alice.patch(self.path, {"data": {}}), 200)
        self.assertEqual(content(answer), content(before))
        self.assertGreater(answer.etag, before.etag)

    def test_every_kind(self):
        for kind, path in self.kinds().items():
            answer = self.assertStatus(self.alice.patch(path, {"data": {"more": [1]}}), 200)
            self.assertEqual((answer.data["more"], answer.data["kind"]), ([1], kind))

    def test_permissions_alone(self):
        answer = self.alice.patch(self.path, {"permissions": {"read": [self.bob.id]}})
        self.assertEqual(self.assertStatus(answer, 200).permissions["read"], [self.bob.id])
        self.assertEqual(content(answer)["a"], 1)

    def test_response_behaviour(self):
        def ask(behaviour, data):
            return self.alice.patch(self.path, {"data": data}, headers={"Response-Behavior": behaviour})

        full = self.assertStatus(ask("full", {"a": 2}), 200)
        self.assertEqual(content(full)["e"], [1, 2])
        for behaviour in ["FULL", "Light", "other", ""]:
            self.assertInvalid(ask(behaviour, {"a": 2}), location="header") if behaviour else None
        light = ask("light", {"a": 9, "e": [1, 2]})
        if self.deviation("Response-Behavior with history", kinto=True, grapnel=False):
            self.assertStatus(light, 500)
            return
        self.assertStatus(light, 200)
        self.assertNotIn("permissions", light.json)
        self.assertEqual({key: value for key, value in light.data.items() if key != "last_modified"}, {"a": 9})
        diff = self.assertStatus(ask("diff", {"a": 10, "e": [1]}), 200)
        self.assertNotIn("permissions", diff.json)
        self.assertEqual(content(diff), {})


class Merge(case.KintoCase):
    """`application/merge-patch+json` (RFC 7396)."""

    # Before, what is merged into it, and after: the cases of the RFC that are objects, and more.
    CASES = [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}), ({"a": "b"},
        {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}), ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}), ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}), ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}), ({"a": {"b": 1}}, {"a": {"c": {"d": 2}}},
        {"a": {"b": 1, "c": {"d": 2}}}),
        ({"a": 1}, {}, {"a": 1}), ({"a": {"b": {"c": 1}}}, {"a": {"b": None}}, {"a": {}}),
    ]

    def test_cases(self):
        path = self.records({}) + "/r1"
        for before, patch, after in self.CASES:
            with self.subTest(before=before, patch=patch):
                self.alice.put(path, {"data": before})
                answer = self.assertStatus(self.alice.merge(path, {"data": patch}), 200)
                self.assertEqual(content(answer), after)
                self.assertEqual(content(self.alice.get(path)), after)

    def test_permissions(self):
        path = self.bucket(permissions={"read": [self.bob.id], "group:create": [self.bob.id]})
        answer = self.alice.merge(path, {"permissions": {"read": None, "write": [self.carol.id]}})
        self.assertEqual(self.assertStatus(answer, 200).permissions["group:create"], [self.bob.id])
        self.assertNotIn("read", answer.permissions)
        self.assertEqual(set(answer.permissions["write"]), {self.alice.id, self.carol.id})

    def test_faults(self):
        path = self.records({"a": 1}) + "/r1"
        before = self.alice.get(path).json
        for body in [{"foo": 1}, {"data": []}, {"data": {"id": "another"}}, [], {"permissions": {"foo": []}}]:
            with self.subTest(body):
                self.assertInvalid(self.alice.merge(path, body))
        self.assertEqual(self.alice.get(path).json, before)


class Operations(case.KintoCase):
    """`application/json-patch+json` (RFC 6902)."""

    BEFORE = {"a": 1, "b": {"c": [1, 2, 3]}, "x/y": 1, "m~n": 2, "e": None}
    # Operations, and the members that they change; `None` where they fail.
    CASES = [
        ([{"op": "add", "path": "/data/z", "value": {"y": []}}], {"z": {"y": []}}),
        ([{"op": "add", "path": "/data/b/c/1", "value": 9}], {"b": {"c": [1, 9, 2, 3]}}),
        ([{"op": "add", "path": "/data/b/c/-", "value": 9}], {"b": {"c": [1, 2, 3, 9]}}),
        ([{"op": "add", "path": "/data/b/c/3", "value": 9}], {"b": {"c": [1, 2, 3, 9]}}),
        ([{"op": "add", "path": "/data/b/c/4", "value": 9}], None),
        ([{"op": "add", "path": "/data/none/z", "value": 9}], None),
        ([{"op": "remove", "path": "/data/b/c/0"}], {"b": {"c": [2, 3]}}),
        ([{"op": "remove", "path": "/data/none"}], None), ([{"op": "remove", "path": "/data/b/c/3"}], None),
        ([{"op": "replace", "path": "/data/a", "value": "two"}], {"a": "two"}),
        ([{"op": "replace", "path": "/data/x~1y", "value": 5}], {"x/y": 5}),
        ([{"op": "replace", "path": "/data/m~0n", "value": 5}], {"m~n": 5}),
        ([{"op": "replace", "path": "/data/none", "value": 5}], None),
        ([{"op": "move", "from": "/data/a", "path": "/data/b/a"}, {"op": "add", "path": "/data/a", "value": 0}],
         {"a": 0, "b": {"c": [1, 2, 3], "a": 1}}),
        ([{"op": "move", "from": "/data/none", "path": "/data/z"}], None),
        ([{"op": "copy", "from": "/data/b/c", "path": "/data/z"}], {"z": [1, 2, 3]}),
        ([{"op": "copy", "from": "/data/none", "path": "/data/z"}], None),
        ([{"op": "test", "path": "/data/a", "value": 1}, {"op": "replace", "path": "/data/a", "value": 2}], {"a": 2}),
        ([{"op": "test", "path": "/data/b", "value": {"c": [1, 2, 3]}}], {}),
        ([{"op": "test", "path": "/data/a", "value": 2}, {"op": "replace", "path": "/data/a", "value": 3}], None),
        ([{"op": "replace", "path": "/data/a", "value": 3}, {"op": "test", "path": "/data/a", "value": 2}], None),
        ([{"op": "test", "path": "/data/none", "value": 2}], None), ([], {}),
    ]
    FAULTS = [
        {}, {"op": "add"}, {"op": "add", "path": "data/a", "value": 1}, {"op": "explode", "path": "/data/a"},
        {"op": "add", "path": "/data/z", "value": 1, "more": 1}, {"path": "/data/a", "value": 1}, [], "text", 1, None,
        {"op": "move", "path": "/data/z"}, {"op": "add", "path": 1, "value": 1},
    ]

    def setUp(self):
        super().setUp()
        self.path = self.records(self.BEFORE) + "/r1"

    def test_cases(self):
        for operations, changed in self.CASES:
            with self.subTest(operations):
                before = self.alice.put(self.path, {"data": self.BEFORE}).json
                answer = self.alice.json_patch(self.path, operations)
                if changed is None:
                    self.assertInvalid(answer, location="body", text="JSON Patch operation failed")
                    self.assertEqual(self.alice.get(self.path).json, before)
                else:
                    self.assertEqual(content(self.assertStatus(answer, 200)), self.BEFORE | changed)
                    self.assertEqual(self.alice.get(self.path).json, answer.json)
                    self.assertGreater(answer.etag, before["data"]["last_modified"])

    def test_faults(self):
        before = self.alice.get(self.path).json
        for operation in self.FAULTS:
            with self.subTest(operation):
                self.assertInvalid(self.alice.json_patch(self.path, [operation]))
        for body in [{}, {"data": {}}, {"op": "remove", "path": "/data/a"}]:
            self.assertInvalid(self.alice.json_patch(self.path, body))
        self.assertEqual(self.alice.get(self.path).json, before)

    def test_a_value_is_needed(self):
        before = self.alice.get(self.path).json
        for op in ["add", "replace", "test"]:
            self.assertInvalid(self.alice.json_patch(self.path, [{"op": op, "path": "/data/a"}]))
        self.assertEqual(self.alice.get(self.path).json, before)

    def test_the_id_stays(self):
        before = self.alice.get(self.path).json
        self.assertInvalid(self.alice.json_patch(self.path, [{"op": "replace", "path": "/data/id",
            "value": "another"}]))
        self.assertEqual(self.alice.get(self.path).json, before)

    def test_permissions(self):
        group = "/buckets/b/groups/g"
        answer = self.alice.json_patch(self.path, [
            {"op": "add", "path": f"/permissions/read/{self.bob.id}"},
            {"op": "add", "path": "/permissions/read/" + group.replace("/", "~1")},
            {"op": "add", "path": f"/permissions/write/{self.carol.id}"},
        ])
        self.assertEqual(set(self.assertStatus(answer, 200).permissions["read"]), {self.bob.id, group})
        self.assertEqual(set(answer.permissions["write"]), {self.alice.id, self.carol.id})
        answer = self.alice.json_patch(self.path, [
            {"op": "remove", "path": "/permissions/read/" + group.replace("/", "~1")},
            {"op": "move", "from": f"/permissions/write/{self.carol.id}", "path": f"/permissions/read/{self.carol.id}"},
            {"op": "test", "path": f"/permissions/read/{self.bob.id}"},
        ])
        self.assertEqual(set(self.assertStatus(answer, 200).permissions["read"]), {self.bob.id, self.carol.id})
        self.assertEqual(answer.permissions["write"], [self.alice.id])
        before = answer.json
        answer = self.alice.json_patch(self.path, [{"op": "remove", "path": "/permissions/read/account:none"}])
        self.assertInvalid(answer)
        self.assertEqual(self.alice.get(self.path).json, before)

    def test_other_permissions(self):
        path = self.bucket()
        answer = self.alice.json_patch(path, [
            {"op": "add", "path": "/permissions/collection:create", "value": {}},
            {"op": "add", "path": f"/permissions/collection:create/{self.bob.id}", "value": self.bob.id}])
        self.assertEqual(self.assertStatus(answer, 200).permissions["collection:create"], [self.bob.id])

    def test_unknown_permissions_and_members(self):
        before = self.alice.get(self.path).json
        operations = [
            [{"op": "add", "path": "/permissions/foo", "value": {}}, {"op": "add", "path": "/permissions/foo/x",
            "value": "x"}],
            [{"op": "add", "path": "/foo", "value": 1}]]
        expected = self.deviation("JSON Patch beyond data and permissions", kinto=(200,), grapnel=(400,))
        for each in operations:
            self.assertStatus(self.alice.json_patch(self.path, each), *expected)
        if self.target.is_grapnel:
            self.assertEqual(self.alice.get(self.path).json, before)
