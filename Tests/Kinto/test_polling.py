"""Tombstones, and following what changes (section 13)."""

import urllib.parse

import case


class Tombstones(case.KintoCase):
    def setUp(self):
        super().setUp()
        self.list = self.records({"title": "x"}, {"title": "y"}, {"title": "x"})
        self.start = self.alice.get(self.list).etag
        self.deleted = self.alice.delete(self.list + "/r1").data

    def test_they_are_listed_with_a_bound_of_time(self):
        self.assertEqual(self.alice.get(self.list).ids, ["r3", "r2"])
        for parameters in ["_since=0", "_before=9000000000000", "gt_last_modified=0", "min_last_modified=1",
                           "_since=null", "not_last_modified=1"]:
            if parameters.startswith("_before"):
                parameters = f"_before={self.deleted['last_modified'] + 1}"
            with self.subTest(parameters):
                answer = self.alice.get(f"{self.list}?{parameters}")
                self.assertEqual(answer.ids, ["r1", "r3", "r2"], answer)
                self.assertEqual(answer.data[0], self.deleted)
        self.assertEqual(self.alice.get(f"{self.list}?last_modified={self.deleted['last_modified']}").data,
            [self.deleted])

    def test_filters_see_their_three_members(self):
        for parameters, ids in [
            ("title=x", ["r3"]), ("not_title=x", ["r1", "r2"]), ("deleted=true", ["r1"]), ("deleted=false", []),
            ("not_deleted=true", ["r3", "r2"]), ("id=r1", ["r1"]), ("has_deleted=true", ["r1"]), ("has_title=false",
            ["r1"]),
        ]:
            with self.subTest(parameters):
                answer = self.alice.get(f"{self.list}?_since=0&{parameters}")
                if parameters.startswith("has"):
                    answer = self.alice.get(f"{self.list}?{parameters}&_since=0")
                self.assertEqual(answer.ids, ids)

    def test_fields(self):
        first = self.alice.get(self.list + "?_since=0&_fields=title").data[0]
        self.assertEqual(first, {"id": "r1", "last_modified": self.deleted["last_modified"]})
        first = self.alice.get(self.list + "?_since=0&_fields=deleted").data[0]
        self.assertEqual(first, self.deleted)

    def test_what_is_made_again_has_none(self):
        self.assertStatus(self.alice.put(self.list + "/r1"), 201)
        self.assertEqual(self.alice.get(self.list + "?_since=0").ids, ["r1", "r3", "r2"])
        self.assertEqual(self.alice.get(self.list + "?_since=0&deleted=true").data, [])

    def test_they_end_with_what_is_above(self):
        collection = self.list.removesuffix("/records")
        self.alice.delete(collection)
        self.alice.put(collection)
        self.assertEqual(self.alice.get(self.list + "?_since=0").data, [])

    def test_every_kind_leaves_one(self):
        paths = self.kinds()
        for kind in ["group", "collection"]:
            list, id = paths[kind].rsplit("/", 1)
            self.alice.delete(paths[kind])
            self.assertEqual(self.alice.get(list).data, [])
            self.assertEqual([(item["id"], item["deleted"]) for item in self.alice.get(list + "?_since=0").data],
                [(id, True)])


class Polling(case.KintoCase):
    def test_a_client_that_follows_sees_all(self):
        """The recipe of the clients: remember the ETag, ask for what came since, follow the pages."""
        list = self.records({"n": 1}, {"n": 2}, {"n": 3})
        answer = self.alice.get(list)
        known = {item["id"]: item for item in answer.data}
        for change in range(4):
            since = answer.headers["ETag"]
            self.alice.put(f"{list}/r{change}", {"data": {"n": change * 10}})
            self.alice.delete(f"{list}/r{change + 1}")
            self.alice.post(list, {"data": {"by": change}})
            answer = self.alice.get(f"{list}?_since={urllib.parse.quote(since)}&_limit=2&_sort=last_modified")
            pages = [answer]
            while pages[-1].headers["Next-Page"]:
                pages.append(self.alice.get(pages[-1].headers["Next-Page"]))
            for item in [item for page in pages for item in page.data]:
                if item.get("deleted"):
                    known.pop(item["id"], None)
                else:
                    known[item["id"]] = item
            answer = pages[-1]
            self.assertEqual(known, {item["id"]: item for item in self.alice.get(list).data})
        self.assertEqual(self.alice.get(f"{list}?_since={urllib.parse.quote(answer.headers['ETag'])}").data, [])

    def test_bounds(self):
        list = self.records({}, {}, {})
        stamps = [self.alice.get(f"{list}/r{number}").data["last_modified"] for number in (1, 2, 3)]
        for parameters, ids in [
            (f"_since={stamps[0]}", ["r3", "r2"]), (f'_since="{stamps[0]}"', ["r3", "r2"]), (f"_before={stamps[2]}",
            ["r2", "r1"]),
            (f"_to={stamps[2]}", ["r2", "r1"]), (f"_since={stamps[0]}&_before={stamps[2]}", ["r2"]),
            (f"lt_last_modified={stamps[1]}", ["r1"]), (f"max_last_modified={stamps[1]}", ["r2", "r1"]),
            (f"min_last_modified={stamps[1]}", ["r3", "r2"]), (f'last_modified="{stamps[1]}"', ["r2"]),
        ]:
            with self.subTest(parameters):
                self.assertEqual(self.alice.get(f"{list}?{parameters.replace(chr(34), '%22')}").ids, ids)

    def test_no_bounds(self):
        list = self.records({})
        for name in ["_since", "_before", "_to"]:
            for value in ["", "text", "-1", "%22%22", "%22abc%22", "true", "[]", "99999999999999999"]:
                with self.subTest(name, value=value):
                    self.assertInvalid(self.alice.get(f"{list}?{name}={value}"), location="querystring")
        for name in ["in_last_modified", "exclude_last_modified"]:
            self.assertInvalid(self.alice.get(f"{list}?{name}=1,a"))
