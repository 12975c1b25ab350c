"""Classes that declare their fields, over HTTP and from hooks: what is stored, shown, asked for and refused."""

import unittest

from harness import ServerCase

FIELDS = [
    {"name": "player", "type": "string", "required": True, "label": "name"},
    {"name": "points", "type": "integer", "default": 0, "indexed": True},
    {"name": "tag", "type": "string", "unique": True},
    {"name": "rank", "type": "number", "readonly": True},
    {"name": "note", "type": "json", "hidden": True},
    {"name": "at", "type": "datetime"},
]

RANKER = """\
import grapnel


def handler(payload):
    records = grapnel.records("ranked")
    one = records.get(payload["id"])
    return records.update(one["id"], {"rank": 1.5, "note": ["seen", one["player"]]})
"""

HOSTILE = ["' OR 1=1 --", "$.a[*]", "(a+)+$", "\\u0000", "../..", "{}", "%", "*" * 500, "é\u202e", "a" * 2000]


class Fields(ServerCase):
    def ask(self, method, path, body=None, headers=None):
        return self.server.request(method, "/v1/buckets/main" + path, body, headers=headers)

    def make(self, name, fields=FIELDS, **members):
        answer = self.ask("PUT", f"/collections/{name}", {"data": {"fields": fields, **members}})
        self.assertEqual(answer.status, 201, answer)
        return f"/collections/{name}/records"

    def refused(self, answer, name, status=400, errno=107):
        self.assertEqual((answer.status, answer.json()["errno"]), (status, errno), answer)
        names = [each["name"] for each in answer.json()["details"]]
        self.assertIn(name, names, answer)

    def test_a_record_is_what_its_class_says(self):
        records = self.make("plain")
        made = self.ask("POST", records, {"data": {"name": "ada"}})
        self.assertEqual(made.status, 201, made)
        data = made.json()["data"]
        self.assertEqual((data["name"], data["points"]), ("ada", 0))
        self.assertNotIn("player", data)
        for body, name in [
            ({}, "data.name"), ({"name": 1}, "data.name"), ({"name": "x", "pints": 1}, "data.pints"),
            ({"name": "x", "rank": 1}, "data.rank"), ({"name": "x", "note": 1}, "data.note"),
            ({"name": "x", "player": "x"}, "data.player"), ({"name": "x", "at": "now"}, "data.at"),
        ]:
            self.refused(self.ask("POST", records, {"data": body}), name)
        path = f"{records}/{data['id']}"
        patch = [{"op": "add", "path": "/data/note", "value": 1}]
        self.refused(
            self.ask("PATCH", path, patch, headers={"Content-Type": "application/json-patch+json"}), "data.note")
        self.assertEqual(self.ask("GET", path).json()["data"], data)
        self.assertEqual(self.ask("PUT", path, {"data": data}).status, 200)

    def test_the_class_shows_a_schema_of_its_records(self):
        self.make("shown")
        data = self.ask("GET", "/collections/shown").json()["data"]
        schema = data["record_schema"]
        self.assertEqual(schema["required"], ["name"])
        self.assertNotIn("note", schema["properties"])
        self.assertTrue(schema["properties"]["rank"]["readOnly"])
        # What was read can be put back.
        self.assertEqual(self.ask("PUT", "/collections/shown", {"data": data}).json()["data"]["fields"], FIELDS)

    def test_wrong_declarations_are_refused_with_their_places(self):
        cases = [
            ([{"name": "a", "type": "strng"}], "data.fields.0.type"),
            ([{"name": "a", "type": "string"}, {"name": "a", "type": "string"}], "data.fields.1.name"),
            ([{"name": "a", "type": "json"}, {"name": "b", "ref": {"class": "no/class"}}], "data.fields.1.ref.class"),
            ([{"name": "a", "type": "integer", "default": "x"}], "data.fields.0.default"),
            ("x", "data.fields"), ([[]], "data.fields.0"),
        ]
        for fields, name in cases:
            self.refused(self.ask("PUT", "/collections/wrong", {"data": {"fields": fields}}), name)
        self.assertEqual(self.ask("GET", "/collections/wrong").status, 404)

    def test_lists_are_in_order_with_nulls_last(self):
        records = self.make("lists")
        for name, points in [("a", 3), ("b", None), ("c", 10), ("d", 1), ("e", None)]:
            body = {"data": {"name": name, "points": points}}
            self.assertEqual(self.ask("PUT", f"{records}/{name}", body).status, 201)
        names = lambda answer: [each["name"] for each in answer.json()["data"]]
        found, path = [], f"{records}?_sort=-points&_limit=2"
        while path:
            answer = self.ask("GET", path)
            self.assertEqual(answer.status, 200, answer)
            found += names(answer)
            following = answer.headers.get("Next-Page")
            path = following and following.split("/v1/buckets/main", 1)[1]
        self.assertEqual(found, ["c", "a", "d", "e", "b"])
        self.assertEqual(names(self.ask("GET", f"{records}?points=null&_sort=id")), ["b", "e"])
        self.assertEqual(names(self.ask("GET", f"{records}?min_points=2&_sort=points")), ["a", "c"])
        self.assertEqual(names(self.ask("GET", f"{records}?name=c")), ["c"])
        for query, name in [
            ("player=c", "player"), ("note=1", "note"), ("_sort=note", "_sort"), ("_fields=note", "_fields"),
            ("x=1", "x"), ("_sort=x", "_sort"), ("in_points=1,null", "points"),
        ]:
            self.refused(self.ask("GET", f"{records}?{query}"), name)
        self.assertEqual(
            set(self.ask("GET", f"{records}/a?_fields=name").json()["data"]), {"id", "last_modified", "name"})
        self.refused(self.ask("GET", f"{records}/a?_fields=note"), "_fields")

    def test_unique_values_name_their_holder(self):
        records = self.make("unique")
        self.assertEqual(self.ask("PUT", f"{records}/one", {"data": {"name": "a", "tag": "t"}}).status, 201)
        answer = self.ask("POST", records, {"data": {"name": "b", "tag": "t"}})
        self.assertEqual((answer.status, answer.json()["errno"]), (409, 122), answer)
        self.assertEqual(answer.json()["details"], {"field": "tag", "existing": {"id": "one"}})
        batch = {"requests": [
            {"method": "POST", "path": f"/v1/buckets/main{records}", "body": {"data": {"name": n, "tag": t}}}
            for n, t in [("c", "u"), ("d", "t"), ("e", "v")]
        ]}
        answer = self.server.request("POST", "/v1/batch", batch)
        self.assertEqual([each["status"] for each in answer.json()["responses"]], [201, 409, 201])

    def test_numbers_are_not_given_twice(self):
        records = self.make("numbered", id={"type": "integer"})
        ids = [self.ask("POST", records, {"data": {"name": "x"}}).json()["data"]["id"] for _ in range(3)]
        self.assertEqual(ids, [1, 2, 3])
        tombstone = self.ask("DELETE", f"{records}/3").json()["data"]
        self.assertEqual((tombstone["id"], tombstone["deleted"]), (3, True))
        self.assertEqual(self.ask("POST", records, {"data": {"name": "x"}}).json()["data"]["id"], 4)
        self.assertEqual(self.ask("GET", f"{records}/2").json()["data"]["id"], 2)
        self.assertEqual(self.ask("PUT", f"{records}/3", {"data": {"name": "x"}}).status, 404)
        self.refused(self.ask("POST", records, {"data": {"id": 9, "name": "x"}}), "data.id")
        listed = self.ask("GET", f"{records}?min_id=2&_sort=-id").json()["data"]
        self.assertEqual([each["id"] for each in listed], [4, 2])

    def test_hooks_see_and_write_what_is_hidden(self):
        manifest = 'runtime: python\nentry: main.py\nscopes: ["records.write:ranked"]\n'
        self.server.write("ranker", {"hook.yaml": manifest, "main.py": RANKER})
        self.server.deployed("ranker")
        records = self.make("ranked", id={"type": "integer"})
        self.ask("POST", records, {"data": {"name": "ada"}})
        answer = self.server.call("ranker", {"id": 1})
        self.assertEqual((answer.status, answer.json()["note"]), (200, ["seen", "ada"]), answer)
        shown = self.ask("GET", f"{records}/1").json()["data"]
        self.assertEqual((shown["rank"], shown["name"]), (1.5, "ada"))
        self.assertNotIn("note", shown)
        # Who writes the record anew leaves what is not theirs.
        self.assertEqual(self.ask("PUT", f"{records}/1", {"data": {"name": "eve"}}).json()["data"]["rank"], 1.5)
        self.assertEqual(self.server.call("ranker", {"id": 1}).json()["note"], ["seen", "eve"])

    def test_changes_that_records_do_not_admit_are_refused(self):
        records = self.make("changing")
        self.ask("PUT", f"{records}/r", {"data": {"name": "a"}})
        fields = [dict(each, type="integer") if each["name"] == "player" else each for each in FIELDS]
        answer = self.ask("PUT", "/collections/changing", {"data": {"fields": fields}})
        self.assertEqual((answer.status, answer.json()["errno"]), (409, 122), answer)
        self.assertIn("1 records", answer.json()["message"])
        self.assertIn("the first is r", answer.json()["message"])
        self.assertEqual(self.ask("POST", records, {"data": {"name": "still text"}}).status, 201)

    def test_hostile_input_is_refused_or_means_nothing(self):
        records = self.make("hostile")
        self.ask("PUT", f"{records}/r", {"data": {"name": "a"}})
        for text in HOSTILE:
            fields = [{"name": text, "type": "string"}]
            self.assertEqual(self.ask("PUT", "/collections/h", {"data": {"fields": fields}}).status, 400, text)
            label = [{"name": "a", "type": "string", "label": text}]
            self.assertEqual(self.ask("PUT", "/collections/h", {"data": {"fields": label}}).status, 400, text)
            self.assertEqual(self.ask("POST", records, {"data": {text: 1, "name": "b"}}).status, 400, text)
            made = self.ask("POST", records, {"data": {"name": text}})
            self.assertEqual((made.status, made.json()["data"]["name"]), (201, text))
        deep = "[" * 200 + "]" * 200
        body = '{"data": {"fields": [{"name": "a", "type": "json", "default": ' + deep + "}]}}"
        answer = self.server.request(
            "PUT", "/v1/buckets/main/collections/deep", body.encode(), headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, 400, answer)
        many = [{"name": f"f{number}", "type": "json"} for number in range(101)]
        self.refused(self.ask("PUT", "/collections/many", {"data": {"fields": many}}), "data.fields")
        indexed = [{"name": f"f{number}", "type": "json", "indexed": True} for number in range(17)]
        self.refused(self.ask("PUT", "/collections/many", {"data": {"fields": indexed}}), "data.fields")


if __name__ == "__main__":
    unittest.main()
