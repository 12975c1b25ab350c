"""Fields that hooks compute, take apart when they are written, and guard against changes."""

import unittest

from harness import ServerCase

COLLECTION = "/v1/buckets/main/collections/"
HOOKS = {
    "area": {
        "hook.yaml": "runtime: python\nentry: main.py\n",
        "main.py": """\
            def handler(payload):
                assert payload["ask"] == "get"
                if any(record.get("mood") == "crash" for record in payload["records"]):
                    raise ValueError("a secret of the hook")
                if any(record.get("mood") == "short" for record in payload["records"]):
                    return []
                return [record["width"] * record["height"] + record.get("margin", 0) for record in payload["records"]]
            """,
    },
    "resize": {
        "hook.yaml": "runtime: python\nentry: main.py\n",
        "main.py": """\
            def handler(payload):
                assert payload["ask"] == "set", payload
                if payload["value"] == "no":
                    return {"refuse": "not by that"}
                if payload["value"] == "odd":
                    return {"patch": {"nothing": 1}}
                if payload["value"] == "wrong":
                    return {"patch": {"width": "wide"}}
                return {"patch": {"width": payload["value"] // payload["record"]["height"]}}
            """,
    },
    "guard": {
        "hook.yaml": "runtime: python\nentry: main.py\n",
        "main.py": """\
            def handler(payload):
                assert payload["ask"] == "writable", payload
                return payload["record"].get("state") != "closed" or {"refuse": "it is closed"}
            """,
    },
    "reader": {
        "hook.yaml": "runtime: python\nentry: main.py\nscopes: [records.read, records.write]\n",
        "main.py": """\
            import grapnel
            def handler(payload):
                boxes = grapnel.records("boxes")
                if payload.get("set"):
                    return boxes.update(payload["id"], {"area": payload["set"]})
                return boxes.get(payload["id"])
            """,
    },
}
NUMBER = {"type": "number"}
FIELDS = [
    {"name": "width"} | NUMBER, {"name": "height"} | NUMBER, {"name": "mood", "type": "string"},
    {"name": "margin", "hidden": True} | NUMBER,
    {"name": "state", "type": "string", "writable": {"hook": "guard"}},
    {"name": "area", "calc": {"get": "area", "set": "resize"}},
    {"name": "surface", "label": "covers", "calc": {"get": "area"}},
    {"name": "lost", "calc": {"get": "nowhere"}},
]


class ComputedFields(ServerCase):
    hooks = HOOKS

    def setUp(self):
        for hook in self.hooks:
            self.server.deployed(hook)
        self.define("boxes", FIELDS[:-1])

    def define(self, name, fields, **more):
        answer = self.server.request("PUT", COLLECTION + name, {"data": {"fields": fields} | more})
        self.assertIn(answer.status, (200, 201), answer)

    def put(self, name, data, method="PUT", of="boxes", **options):
        return self.server.request(method, f"{COLLECTION}{of}/records/{name}", {"data": data}, **options)

    def stored(self, name, data, **options):
        answer = self.put(name, data, **options)
        self.assertIn(answer.status, (200, 201), answer)
        return answer.json()["data"]

    def get(self, rest, status=200, of="boxes"):
        answer = self.server.get(f"{COLLECTION}{of}/records{rest}")
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def assert_refused(self, answer, status, number, text):
        self.assertEqual((answer.status, answer.json()["errno"]), (status, number), answer)
        self.assertIn(text, answer.json()["message"])
        return answer.json()

    def runs(self, hook):
        return self.server.runs(hook=hook, limit=1000)

    def test_values_are_shown_to_readers(self):
        made = self.stored("one", {"width": 2, "height": 3})
        self.assertNotIn("area", made, "an answer to a change has none")
        shown = self.get("/one")["data"]
        self.assertEqual((shown["area"], shown["covers"], shown["width"]), (6, 6, 2))
        self.assertEqual({name for name in shown if name not in made}, {"area", "covers"})
        trace = self.server.trace(self.runs("area")[0]["id"])
        self.assertEqual((trace["cause"]["kind"], trace["status"]), ("field", "succeeded"))
        self.assertEqual(trace["bodies"]["payload"]["class"], "boxes")
        for number in range(5):
            self.stored(f"many{number}", {"width": number, "height": 2})
        before = len(self.runs("area"))
        listed = self.get("?_sort=width&min_width=0&height=2&_fields=width,area")["data"]
        self.assertEqual([(each["width"], each["area"]) for each in listed], [(n, 2 * n) for n in range(5)])
        self.assertEqual(len(self.runs("area")), before + 1, "one run for all records")
        self.assertEqual(self.get("/one?_fields=width")["data"]["width"], 2)
        self.assertEqual(len(self.runs("area")), before + 1, "none for what nobody asks for")
        requests = [{"method": "GET", "path": f"{COLLECTION}boxes/records/{name}"} for name in ("one", "many1")]
        answers = self.server.post("/v1/batch", {"requests": requests}).json()["responses"]
        self.assertEqual([each["body"]["data"]["area"] for each in answers], [6, 2])

    def test_they_are_nothing_to_be_asked_for(self):
        for query in ("area=6", "min_area=1", "has_area=true", "_sort=area", "_sort=-covers", "like_covers=x"):
            answer = self.server.get(f"{COLLECTION}boxes/records?{query}")
            self.assert_refused(answer, 400, 107, "is computed")

    def test_what_cannot_be_computed_is_an_error(self):
        self.stored("sad", {"width": 1, "height": 1, "mood": "crash"})
        answer = self.server.get(f"{COLLECTION}boxes/records/sad")
        error = self.assert_refused(answer, 503, 201, "boxes.area could not be computed by the hook area")
        self.assertNotIn("secret", error["message"])
        self.assertEqual(self.get("/sad?_fields=mood")["data"]["mood"], "crash")
        self.stored("sad", {"width": 1, "height": 1, "mood": "short"})
        self.assert_refused(self.server.get(f"{COLLECTION}boxes/records/sad"), 503, 201, "0 values for 1 records")
        self.assertEqual(self.server.request("DELETE", f"{COLLECTION}boxes/records/sad").status, 200)
        self.define("lost", FIELDS)
        self.stored("x", {"width": 1, "height": 1}, of="lost")
        self.assert_refused(self.server.get(f"{COLLECTION}lost/records/x"), 503, 201, "nowhere: there is no such hook")

    def test_a_setter_takes_a_value_apart(self):
        self.assertEqual(self.stored("set", {"height": 5, "area": 20})["width"], 4)
        self.assertEqual(self.stored("set", {"area": 50}, method="PATCH")["width"], 10)
        self.assertEqual(self.get("/set")["data"]["area"], 50)
        for value, status, number, text in (("no", 400, 107, "the hook resize refuses: not by that"),
                                            ("odd", 503, 201, "nothing"), ("wrong", 400, 107, "width")):
            self.assert_refused(self.put("set", {"area": value}, method="PATCH"), status, number, text)
        self.assertEqual(self.get("/set")["data"]["width"], 10)
        self.assert_refused(self.put("set", {"covers": 1}, method="PATCH"), 400, 107, "computed")
        self.assert_refused(self.put("set", {"height": 5, "width": 1, "area": 9}), 409, 122, "width")
        requests = [{"method": "PATCH", "path": f"{COLLECTION}boxes/records/set", "body": {"data": {"area": 5 * n}}}
                    for n in (2, 3)]
        answers = self.server.post("/v1/batch", {"requests": requests}).json()["responses"]
        self.assertEqual([each["body"]["data"]["width"] for each in answers], [2, 3])

    def test_the_order_of_declaration_may_decide(self):
        self.define("ordered", [FIELDS[0], FIELDS[5], FIELDS[1]], calc_order="declared")
        self.assertEqual(self.stored("a", {"height": 5, "width": 1, "area": 20}, of="ordered")["width"], 4)
        self.define("turned", [FIELDS[5], FIELDS[0], FIELDS[1]], calc_order="declared")
        self.assertEqual(self.stored("a", {"height": 5, "width": 1, "area": 20}, of="turned")["width"], 1)

    def test_a_hook_says_whether_a_field_may_be_changed(self):
        self.stored("guarded", {"width": 1, "height": 1, "state": "open"})
        self.assertEqual(self.stored("guarded", {"state": "closed"}, method="PATCH")["state"], "closed")
        before = len(self.runs("guard"))
        error = self.assert_refused(
            self.put("guarded", {"state": "open"}, method="PATCH"), 400, 107, "it is closed")
        self.assertEqual(error["details"][0]["name"], "state")
        self.assertEqual(len(self.runs("guard")), before + 1)
        self.stored("guarded", {"width": 2, "state": "closed"}, method="PATCH")
        self.assertEqual(len(self.runs("guard")), before + 1, "it is asked only of changes")
        self.assertEqual(self.get("/guarded")["data"]["state"], "closed")

    def test_hooks_see_what_is_stored(self):
        self.stored("seen", {"width": 2, "height": 3})
        seen = self.server.call("reader", {"id": "seen"}).json()
        self.assertEqual((seen["width"], "area" in seen, "surface" in seen), (2, False, False))
        self.assertEqual(self.server.call("reader", {"id": "seen", "set": 12}).json()["width"], 4)


if __name__ == "__main__":
    unittest.main()
