"""Filters, sorting and fields (section 14)."""

import json
import urllib.parse

import case

# What is in the field `v` of each record; `absent` has none.
VALUES = {
    "absent": ..., "null": None, "empty": "", "a": "a", "b": "b", "upper": "A", "text1": "1", "umlaut": "ä",
    "emoji": "😀",
    "minus": -1, "zero": 0, "one": 1, "float": 1.5, "two": 2, "ten": 10, "big": 9007199254740993, "no": False,
    "yes": True,
}
TYPES = ["null", "string", "number", "false", "true", "array", "object", "absent"]


def rank(value):
    """The place of a value in the order of all values: by type first, then within the type."""
    if value is ...:
        return (7, 0)
    if value is None:
        return (0, 0)
    if value is True or value is False:
        return (4, 0) if value else (3, 0)
    if isinstance(value, str):
        return (1, value)
    if isinstance(value, (int, float)):
        return (2, value)
    return (5, 0) if isinstance(value, list) else (6, 0)


def same(one, two):
    return rank(one)[0] == rank(two)[0] and one == two


class FilterCase(case.KintoCase):
    """The records of a class are made once: nothing here changes them."""

    RECORDS = {}

    @classmethod
    def setUpClass(cls):
        cls.paths = {}

    def setUp(self):
        super().setUp()
        if "list" not in self.paths:
            bucket = "/buckets/" + self.target.unique("bucket")
            self.alice.put(bucket)
            self.addClassCleanup(self.alice.delete, bucket)
            path = bucket + "/collections/c"
            self.alice.put(path)
            items = list(self.RECORDS.items())
            for start in range(0, len(items), 25):
                answer = self.alice.batch([
                    {"method": "PUT", "path": f"{path}/records/{id}", "body": {"data": data}}
                    for id, data in items[start:start + 25]])
                self.assertEqual({response["status"] for response in answer.json["responses"]}, {201})
            self.paths["list"] = path + "/records"
        self.list = self.paths["list"]

    def found(self, *pairs, **fields):
        query = urllib.parse.urlencode([*pairs, *fields.items()])
        return self.assertStatus(self.alice.get(f"{self.list}?{query}"), 200).ids

    def assertFound(self, expected, *pairs, **fields):
        self.assertEqual(set(self.found(*pairs, **fields)), set(expected), (pairs, fields))


class Comparisons(FilterCase):
    RECORDS = {id: {} if value is ... else {"v": value} for id, value in VALUES.items()}

    def matching(self, test):
        return {id for id, value in VALUES.items() if test(value)}

    def test_each_operator_with_each_value(self):
        for x in [value for value in VALUES.values() if value is not ...]:
            text = json.dumps(x)
            with self.subTest(text):
                self.assertFound(self.matching(lambda v: same(v, x)), v=text)
                self.assertFound(self.matching(lambda v: same(v, x)), eq_v=text)
                self.assertFound(self.matching(lambda v: not same(v, x)), not_v=text)
                self.assertFound(self.matching(lambda v: rank(v) > rank(x)), gt_v=text)
                self.assertFound(self.matching(lambda v: rank(v) >= rank(x)), min_v=text)
                self.assertFound(self.matching(lambda v: rank(v) < rank(x)), lt_v=text)
                self.assertFound(self.matching(lambda v: rank(v) <= rank(x)), max_v=text)

    def test_text_without_quotes(self):
        self.assertFound(["a"], v="a")
        self.assertFound(["a"], v='"a"')
        self.assertFound(["one"], v="1")
        self.assertFound(["text1"], v='"1"')
        self.assertFound(["one"], v="1.0")
        self.assertFound(["yes"], v="true")
        self.assertFound([], v="True")
        self.assertFound(["null"], v="null")
        self.assertFound(["empty"], v='""')
        self.assertFound(["umlaut"], v="ä")

    def test_one_of_several(self):
        self.assertFound(["a", "two"], in_v="a,2")
        self.assertFound(["a", "text1"], in_v='"a","1"')
        self.assertFound(["a"], in_v="a,")
        self.assertFound([], in_v="nothing")
        self.assertFound(self.matching(lambda v: v not in ("a",)), exclude_v="a")
        self.assertFound(["a"], in_id="a,none")
        self.assertFound(set(VALUES) - {"a", "b"}, exclude_id="a,b")

    def test_presence(self):
        self.assertFound(set(VALUES) - {"absent"}, has_v="true")
        self.assertFound(["absent"], has_v="false")
        self.assertFound(["absent"], has_v="0")
        self.assertFound(set(VALUES) - {"absent"}, has_v="1")

    def test_filters_are_joined(self):
        self.assertFound(["one", "float"], gt_v="0", lt_v="2")
        self.assertFound(["a"], v="a", id="a")
        self.assertFound([], v="a", id="b")
        both = self.deviation("has_ beside other filters", kinto=set(VALUES) - {"absent"}, grapnel={"a"})
        self.assertFound(both, ("v", "a"), ("has_v", "true"))
        self.assertFound(["a"], ("has_v", "true"), ("v", "a"))

    def test_a_parameter_given_twice(self):
        self.assertFound([], ("v", "a"), ("v", "a"))

    def test_ids(self):
        self.assertFound(["a"], id="a")
        self.assertFound(["a"], id='"a"')
        self.assertFound(set(VALUES) - {"a"}, not_id="a")
        for name in ["id", "in_id"]:
            for value in ["1", "1.5"]:
                answer = self.alice.get(f"{self.list}?{name}={value}")
                self.assertInvalid(answer, location="querystring")
        for name in ["contains_id", "contains_any_id", "contains_last_modified", "contains_any_last_modified"]:
            self.assertInvalid(self.alice.get(f"{self.list}?{name}=1"), location="querystring")

    def test_sorting_by_all_types(self):
        answer = self.alice.get(f"{self.list}?_sort=v")
        ranks = [rank(VALUES[id]) for id in answer.ids]
        self.assertEqual(ranks, sorted(ranks))
        answer = self.alice.get(f"{self.list}?_sort=-v")
        ranks = [rank(VALUES[id]) for id in answer.ids]
        self.assertEqual(ranks, sorted(ranks, reverse=True))


class Fields(FilterCase):
    RECORDS = {
        "plain": {"a": 1, "b": {"c": {"d": 2}}, "tags": ["x", "y"], "min_age": 5, "name": "Ada Lovelace"},
        "dotted": {"b.c": {"d": 3}, "a": 2, "tags": ["y", 1, None], "name": "100% _sure*", "_private": 1},
        "deep": {"b": {"c.d": 4}, "a": 3, "tags": [], "name": "ada", "x": {"y": "z"}},
        "other": {"b": 1, "a": 4, "tags": "x", "name": "", "number": 17, "ünï": 1, "q\"uote": 1, "sp ace": 2},
        "nested": {"a": 5, "name": "-", "tags": [["x"], {"k": 1}], "array": [1, 2], "object": {"k": [1]}},
    }

    def test_dotted_names(self):
        for value, ids in [(2, ["plain"]), (3, ["dotted"]), (4, ["deep"])]:
            self.assertFound(ids, **{"b.c.d": value})
        self.assertFound(["plain", "dotted", "deep"], **{"has_b.c.d": "true"})
        self.assertFound(["other", "nested"], **{"has_b.c.d": "false"})
        self.assertFound(["deep"], **{"x.y": "z"})
        self.assertFound(["other"], b="1")

    def test_names_that_look_like_operators(self):
        self.assertFound(["plain"], eq_min_age="5")
        self.assertFound([], min_age="5", has_age="true")

    def test_names_of_other_letters(self):
        self.assertFound(["other"], **{"ünï": "1"})
        self.assertFound(["other"], **{'q"uote': "1"})
        self.assertFound(["other"], **{"sp ace": "2"})

    def test_unknown_parameters_with_an_underscore(self):
        self.assertFound(self.RECORDS, _private="9", _anything="x")

    def test_whole_values(self):
        self.assertFound(["nested"], array="[1, 2]")
        self.assertFound([], array="[2, 1]")
        self.assertFound(["nested"], object='{"k": [1]}')
        self.assertFound(["deep"], tags="[]")

    def test_like(self):
        for value, ids in [
            ("ada", ["plain", "deep"]), ("ADA", ["plain", "deep"]), ("ada*", ["plain", "deep"]), ("*ada", ["deep"]),
            ("*love*", ["plain"]), ("a*e", ["plain"]), ("e", ["plain", "dotted"]), ("nothing", []), ("love*", []),
        ]:
            with self.subTest(value):
                self.assertFound(ids, like_name=value)

    def test_like_has_no_other_wildcards(self):
        for value, ids in [("100%", ["dotted"]), ("_sure", ["dotted"]), ("%", ["dotted"]), ("a_a", []), ("l_velace",
            [])]:
            self.assertFound(ids, like_name=value)
        regular = self.deviation("like_ and regular expressions", kinto=["plain", "deep"], grapnel=[])
        self.assertFound(regular, like_name="a.a")

    def test_like_takes_text(self):
        for value in ["1", "true", "null", "[]"]:
            self.assertInvalid(self.alice.get(f"{self.list}?like_name={value}"), location="querystring")

    def test_like_and_other_values(self):
        answer = self.alice.get(f'{self.list}?like_number="17"')
        if self.deviation("like_ and values that are no text", kinto=True, grapnel=False):
            self.assertStatus(answer, 500)
        else:
            self.assertEqual(answer.ids, ["other"])

    def test_contains(self):
        for name, value, ids in [
            ("contains_tags", '["x"]', ["plain"]), ("contains_tags", '["x", "y"]', ["plain"]), ("contains_tags", "y",
            ["plain", "dotted"]),
            ("contains_tags", "1", ["dotted"]), ("contains_tags", "null", ["dotted"]), ("contains_tags",
            '["x", "nothing"]', []),
            ("contains_any_tags", '["x", 1]', ["plain", "dotted"]), ("contains_any_tags", "y", ["plain", "dotted"]),
            ("contains_any_tags", "[]", []), ("contains_tags", '[["x"]]', ["nested"]), ("contains_tags", '[{"k": 1}]',
            ["nested"]),
            ("contains_none", '["x"]', []), ("contains_any_none", '["x"]', []),
        ]:
            with self.subTest(name, value=value):
                self.assertFound(set(ids) - {"other"}, **{name: value, "exclude_id": "other"})
        strings = self.deviation("contains_ and text", kinto=["other"], grapnel=[])
        self.assertFound(strings, id="other", contains_tags='["x"]')

    def test_fields(self):
        def shown(fields):
            answer = self.assertStatus(self.alice.get(f"{self.list}/plain?_fields={fields}"), 200)
            self.assertNotIn("permissions", answer.json)
            item = [item for item in self.alice.get(f"{self.list}?_fields={fields}").data if item["id"] == "plain"][0]
            self.assertEqual(item, answer.data)
            self.assertEqual(answer.etag, answer.data["last_modified"])
            return {name: value for name, value in answer.data.items() if name not in ("id", "last_modified")}

        self.assertEqual(shown("a"), {"a": 1})
        self.assertEqual(shown("a,name"), {"a": 1, "name": "Ada Lovelace"})
        self.assertEqual(shown("b.c"), {"b": {"c": {"d": 2}}})
        self.assertEqual(shown("b.c.d,a"), {"b": {"c": {"d": 2}}, "a": 1})
        self.assertEqual(shown("nothing"), {})
        self.assertEqual(shown("id"), {})
        whole = self.alice.get(f"{self.list}/plain?_fields=").json
        self.assertEqual(whole["data"]["a"], 1)

    def test_sorting(self):
        for sort, ids in [
            ("a", ["plain", "dotted", "deep", "other", "nested"]), ("-a", ["nested", "other", "deep", "dotted",
            "plain"]),
            ("+a", ["plain", "dotted", "deep", "other", "nested"]), ("x.y,-a", ["deep", "nested", "other", "dotted",
            "plain"]),
            ("-x.y,a", ["plain", "dotted", "other", "nested", "deep"]), ("last_modified", list(self.RECORDS)),
            ("-last_modified", list(self.RECORDS)[::-1]), ("", list(self.RECORDS)[::-1]), ("id", sorted(self.RECORDS)),
            ("-id", sorted(self.RECORDS, reverse=True)), ("!!,a", ["plain", "dotted", "deep", "other", "nested"]),
            ("nothing", list(self.RECORDS)[::-1]),
        ]:
            with self.subTest(sort):
                self.assertEqual(self.found(_sort=sort), ids)

    def test_what_is_no_text(self):
        self.assertInvalid(self.alice.get(f"{self.list}?a=%ff"))
        self.assertInvalid(self.alice.get(f"{self.list}?%ff=a"))
