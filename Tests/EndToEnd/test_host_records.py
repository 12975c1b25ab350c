"""What a run does with the records of its instance over the host channel, in both languages that have words for it."""

import json
import unittest

from harness import ServerCase

PYTHON = """\
import grapnel


def handler(payload):
    records = grapnel.records(payload.get("class", "scores"))
    verb = payload["verb"]
    arguments = payload.get("arguments", {})
    try:
        answer = getattr(records, verb)(**arguments)
    except grapnel.CallError as error:
        return {"code": error.code, "message": str(error)}
    return {"items": answer, "next": answer.next} if verb == "list" else answer
"""

NODE = """\
exports.handler = async (payload, hook) => {
  const records = hook.records(payload.class ?? 'scores');
  const { id, data, if_match: ifMatch, ...rest } = payload.arguments ?? {};
  const calls = {
    get: () => records.get(id),
    list: async () => {
      const items = await records.list(rest);
      return { items, next: items.next };
    },
    create: () => records.create(data, { id }),
    put: () => records.put(id, data, { ifMatch }),
    update: () => records.update(id, data, { ifMatch }),
    delete: () => records.delete(id, { ifMatch }),
  };
  try {
    return await calls[payload.verb]();
  } catch (error) {
    return { code: error.code, message: error.message };
  }
};
"""

HOOKS = {
    "python": ("main.py", PYTHON),
    "node": ("main.js", NODE),
}


class HostRecords(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for runtime, (entry, text) in HOOKS.items():
            for name, scopes in [("writes", ["records.write:scores"]), ("reads", ["records.read"]), ("none", [])]:
                hook = f"{name}-{runtime}"
                cls.server.write(
                    hook,
                    {
                        "hook.yaml": f"runtime: {runtime}\nentry: {entry}\nscopes: {json.dumps(scopes)}\n",
                        entry: text,
                    },
                )
                cls.server.deployed(hook)
        for name in ("scores", "other"):
            answer = cls.server.request("PUT", f"/v1/buckets/main/collections/{name}")
            assert answer.status == 201, answer

    def ask(self, hook, verb, recordClass="scores", **arguments):
        answer = self.server.call(hook, {"verb": verb, "class": recordClass, "arguments": arguments})
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def stored(self, id, status=200):
        answer = self.server.get(f"/v1/buckets/main/collections/scores/records/{id}")
        self.assertEqual(answer.status, status, answer)
        return answer.json().get("data")

    def test_a_record_lives_and_dies(self):
        for runtime in HOOKS:
            with self.subTest(runtime=runtime):
                hook, id = f"writes-{runtime}", f"ada-{runtime}"
                made = self.ask(hook, "create", id=id, data={"points": 3, "name": "Ada"})
                self.assertEqual(self.stored(id), made)
                self.assertEqual(self.ask(hook, "create", id=id, data={})["code"], "conflict")
                self.assertEqual(self.ask(hook, "get", id=id), made)
                stale = self.ask(hook, "update", id=id, data={"points": 4}, if_match=made["last_modified"] - 1)
                self.assertEqual(stale["code"], "conflict")
                self.assertEqual(self.stored(id), made)
                changed = self.ask(hook, "update", id=id, data={"points": 4}, if_match=made["last_modified"])
                self.assertEqual((changed["points"], changed["name"]), (4, "Ada"))
                self.assertGreater(changed["last_modified"], made["last_modified"])
                whole = self.ask(hook, "put", id=id, data={"points": 5})
                self.assertNotIn("name", whole)
                self.assertEqual(self.stored(id), whole)
                self.assertTrue(self.ask(hook, "delete", id=id)["deleted"])
                self.stored(id, status=404)
                self.assertEqual(self.ask(hook, "get", id=id)["code"], "not_found")

    def test_lists_have_conditions_an_order_and_pages(self):
        for runtime in HOOKS:
            with self.subTest(runtime=runtime):
                hook = f"writes-{runtime}"
                for number in range(7):
                    self.ask(hook, "create", data={"of": runtime, "points": number, "odd": number % 2 == 1})
                where = {"of": runtime, "points": {"min": 1, "below": 6}}
                first = self.ask(hook, "list", where=where, sort=["-points"], limit=3)
                self.assertEqual([item["points"] for item in first["items"]], [5, 4, 3])
                rest = self.ask(hook, "list", where=where, sort=["-points"], limit=3, after=first["next"])
                self.assertEqual([item["points"] for item in rest["items"]], [2, 1])
                self.assertIsNone(rest.get("next"))
                odd = self.ask(hook, "list", where={"of": runtime, "odd": True})
                self.assertEqual({item["points"] for item in odd["items"]}, {1, 3, 5})
                for wrong in [{"where": {"points": {"mim": 1}}}, {"limit": 0}, {"sort": ["-"]}, {"after": [1]}]:
                    self.assertEqual(self.ask(hook, "list", **wrong)["code"], "invalid", wrong)

    def test_scopes_are_the_bound(self):
        for runtime in HOOKS:
            with self.subTest(runtime=runtime):
                id = f"bound-{runtime}"
                self.ask(f"writes-{runtime}", "create", id=id, data={})
                self.assertEqual(self.ask(f"reads-{runtime}", "get", id=id), self.stored(id))
                for hook, verb, recordClass in [
                    ("reads", "delete", "scores"),
                    ("reads", "update", "scores"),
                    ("none", "get", "scores"),
                    ("none", "list", "scores"),
                    ("writes", "get", "other"),
                    ("writes", "create", "other"),
                ]:
                    answer = self.ask(f"{hook}-{runtime}", verb, recordClass, **self.arguments(verb, id))
                    self.assertEqual(answer["code"], "forbidden", (hook, verb))
                    self.assertIn("scopes: [records.", answer["message"])
                self.stored(id)

    def test_there_is_no_such_class(self):
        for runtime in HOOKS:
            for verb in ("get", "list"):
                with self.subTest(runtime=runtime, verb=verb):
                    answer = self.ask(f"reads-{runtime}", verb, "nothing", **self.arguments(verb, "x"))
                    self.assertEqual(answer["code"], "not_found")

    @staticmethod
    def arguments(verb, id):
        return {
            "get": {"id": id},
            "list": {},
            "create": {"data": {}},
            "update": {"id": id, "data": {}},
            "delete": {"id": id},
        }[verb]


if __name__ == "__main__":
    unittest.main()
