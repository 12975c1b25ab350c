"""Triggers that look at a change of a record before it is made: they approve, change and refuse it, and fail closed."""

import threading
import unittest

from harness import ServerCase, eventually

#: Does what the record wants of it.
JUDGE = {
    "hook.yaml": """\
        runtime: python
        entry: main.py
        scopes: ["records.write"]
        limits: {concurrency: 16}
        triggers:
          - {name: first, class: scores, when: before, budget: 10s}
          - {name: high, class: scores, when: before, budget: 10s, on: [create, update], fields: [points],
             if: {new: {points: {min: 100}}}}
          - {name: late, class: slow, when: before, budget: 300ms}
          - {name: loop, class: loops, when: before, budget: 10s}
          - {name: after, class: scores}
        """,
    "main.py": """\
        import time
        import grapnel

        def handler(payload):
            record, name = payload["record"], payload["trigger"]["name"]
            wish = record.get("wish")
            if name == "after":
                return None
            if name == "high":
                return {"patch": {"seen": record.get("stamp")}}
            if name == "late":
                time.sleep(60)
            if name == "loop":
                grapnel.records("loops").put(record["id"], {"n": record.get("n", 0) + 1})
                return None
            if payload["signal"] == "delete":
                return {"refuse": "it is kept"} if wish == "keep" else None
            if wish == "refuse":
                return {"refuse": "no such wish", "field": "wish"}
            if wish == "status":
                grapnel.respond(409)
                return "come again"
            if wish == "crash":
                raise ValueError("a secret of the hook")
            if wish == "text":
                return "fine"
            if wish == "unknown":
                return {"recrod": {}}
            if wish == "break":
                return {"patch": {"points": "many"}}
            if wish == "whole":
                return {"record": {"id": record["id"], "points": 100, "stamp": payload["signal"]}}
            if wish == "move":
                return {"patch": {"id": "elsewhere"}}
            if wish == "meet":
                grapnel.records("marks").create({"at": payload["record"]["id"]})
            return {"patch": {"stamp": payload["user"], "wish": None}} if wish == "stamp" else {}
        """,
}
SCHEMA = {"type": "object", "properties": {"points": {"type": "integer"}}}


class BeforeTriggers(ServerCase):
    hooks = {"judge": JUDGE}

    def setUp(self):
        self.server.deployed("judge")
        for name in ("scores", "slow", "loops", "marks", "free"):
            answer = self.send("PUT", f"collections/{name}", {"schema": SCHEMA} if name == "scores" else {})
            self.assertIn(answer.status, (200, 201), answer)

    def send(self, method, path, data=None, headers=None, **options):
        body = None if data is None else {"data": data}
        return self.server.request(method, f"/v1/buckets/main/{path}", body, headers, **options)

    def put(self, name, data, recordClass="scores", **options):
        return self.send("PUT", f"collections/{recordClass}/records/{name}", data, **options)

    def record(self, name, recordClass="scores"):
        answer = self.send("GET", f"collections/{recordClass}/records/{name}")
        return answer.json()["data"] if answer.status == 200 else None

    def trigger(self, name):
        items = self.server.get("/api/v1/triggers?hook=judge").json()["items"]
        return next(each["id"] for each in items if each["name"] == name)

    def runs(self, name):
        return self.server.runs(trigger=self.trigger(name), limit=1000)

    def assert_refused(self, answer, status, number, text):
        self.assertEqual(answer.status, status, answer)
        error = answer.json()
        self.assertEqual((error["code"], error["errno"]), (status, number), error)
        self.assertIn(text, error["message"])
        return error

    def test_what_is_approved_is_stored_as_it_was_sent(self):
        answer = self.put("plain", {"points": 1})
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(self.record("plain")["points"], 1)
        run = self.server.trace(self.runs("first")[0]["id"])
        told = run["bodies"]["payload"]
        self.assertEqual(run["cause"]["kind"], "trigger")
        self.assertEqual((told["signal"], told["class"], told["changed"], told["trigger"]["name"]),
                         ("create", "scores", ["points", "schema"], "first"))
        self.assertEqual((told["record"]["id"], told["record"]["points"]), ("plain", 1))
        self.assertRegex(told["user"], "^key:")
        self.assertEqual(self.put("plain", {"points": 2}).status, 200)
        told = self.server.trace(self.runs("first")[0]["id"])["bodies"]["payload"]
        self.assertEqual((told["signal"], told["previous"]["points"], told["record"]["points"]), ("update", 1, 2))

    def test_the_record_is_what_the_triggers_make_of_it_one_after_another(self):
        stored = self.put("stamped", {"wish": "stamp", "points": 150}).json()["data"]
        self.assertRegex(stored["stamp"], "^key:")
        self.assertEqual(stored["seen"], stored["stamp"], "the later trigger sees what the earlier one has made of it")
        self.assertNotIn("wish", stored)
        self.assertEqual(self.record("stamped"), stored)
        # The condition of the later one is asked of what the earlier one has made of the record.
        stored = self.put("whole", {"wish": "whole", "points": 1, "other": 2}).json()["data"]
        self.assertEqual((stored["points"], stored["seen"]), (100, "create"))
        self.assertNotIn("other", stored)
        self.assertEqual(len([run for run in self.runs("high")
                              if self.server.trace(run["id"])["bodies"]["payload"]["record"]["id"] == "whole"]), 1)

    def test_what_is_refused_is_not_stored_and_told(self):
        before = len(self.runs("after"))
        answer = self.put("no", {"wish": "refuse"})
        error = self.assert_refused(answer, 400, 107, "the trigger judge/first refuses: no such wish")
        self.assertEqual((error["details"][0]["location"], error["details"][0]["name"]), ("body", "wish"))
        self.assertEqual(self.server.trace(error["details"][0]["run"])["status"], "succeeded")
        self.assert_refused(self.put("no", {"wish": "status"}), 409, 122, "come again")
        self.assertIsNone(self.record("no"))
        self.assertEqual(self.put("kept", {"wish": "keep"}).status, 201)
        self.assert_refused(self.send("DELETE", "collections/scores/records/kept"), 400, 107, "it is kept")
        self.assertEqual(self.record("kept")["wish"], "keep")
        self.assertEqual(len(self.runs("after")), before + 1, "what is refused starts nothing afterwards")

    def test_what_cannot_be_answered_is_refused(self):
        for wish, text in (("crash", "exception"), ("text", "no JSON"), ("unknown", "recrod"), ("move", "another id")):
            error = self.assert_refused(self.put("closed", {"wish": wish}), 503, 201, text)
            self.assertRegex(error["message"], r"\(run 0\w+\)")
            self.assertNotIn("a secret", error["message"])
        error = self.assert_refused(self.put("closed", {"wish": "break"}), 400, 107, "judge/first made of it")
        self.assertEqual(error["details"][0]["name"], "points")
        self.assertIsNone(self.record("closed"))

    def test_a_writer_waits_for_the_budget_and_no_longer(self):
        error = self.assert_refused(self.put("late", {}, "slow", timeout=20), 503, 201, "budget")
        self.assertIn("judge/late (300ms)", error["message"])
        self.assertIsNone(self.record("late", "slow"))
        run = self.runs("late")[0]
        self.assertEqual(self.server.trace(run["id"])["status"], "timed_out")

    def test_a_disabled_hook_lets_nothing_through_and_a_disabled_trigger_all(self):
        self.assertEqual(self.server.cli("hooks", "disable", "judge").returncode, 0)
        try:
            self.assert_refused(self.put("off", {}), 503, 201, "disabled")
        finally:
            self.assertEqual(self.server.cli("hooks", "enable", "judge").returncode, 0)
        for name in ("first", "high"):
            self.assertEqual(self.server.cli("triggers", "disable", f"judge/{name}").returncode, 0)
        try:
            self.assertEqual(self.put("off", {"wish": "refuse"}).status, 201)
        finally:
            for name in ("first", "high"):
                self.assertEqual(self.server.cli("triggers", "enable", f"judge/{name}").returncode, 0)

    def test_a_batch_is_looked_at_as_a_whole(self):
        path = "/v1/buckets/main/collections/scores/records/"
        requests = [
            {"method": "PUT", "path": path + "b1", "body": {"data": {"wish": "stamp"}}},
            {"method": "PUT", "path": path + "b2", "body": {"data": {"wish": "refuse"}}},
            {"method": "PATCH", "path": path + "b1", "body": {"data": {"points": 120}}},
            {"method": "POST", "path": path[:-1], "body": {"data": {"points": 7}}},
        ]
        answer = self.server.post("/v1/batch", {"requests": requests})
        self.assertEqual(answer.status, 200, answer)
        answers = answer.json()["responses"]
        self.assertEqual([each["status"] for each in answers], [201, 400, 200, 201], answers)
        first = self.record("b1")
        self.assertEqual((first["points"], first["seen"]), (120, first["stamp"]))
        self.assertEqual(self.record(answers[3]["body"]["data"]["id"])["points"], 7)
        self.assertIsNone(self.record("b2"))
        # What the server fails at is the failure of the whole.
        requests[1]["body"]["data"]["wish"] = "crash"
        requests[0]["path"] = path + "b3"
        self.assertEqual(self.server.post("/v1/batch", {"requests": requests}).status, 503)
        self.assertIsNone(self.record("b3"))

    def test_a_list_is_deleted_as_far_as_triggers_admit(self):
        for name in ("d1", "d2"):
            self.assertEqual(self.put(name, {"of": "list"}).status, 201)
        answer = self.send("DELETE", "collections/scores/records?of=list")
        self.assertEqual(sorted(each["id"] for each in answer.json()["data"]), ["d1", "d2"])
        self.assertEqual(self.put("d3", {"of": "list", "wish": "keep"}).status, 201)
        self.assertEqual(self.put("d4", {"of": "list"}).status, 201)
        self.assert_refused(self.send("DELETE", "collections/scores/records?of=list"), 400, 107, "it is kept")
        self.assertIsNotNone(self.record("d4"), "nothing of it is deleted")

    def test_a_hook_that_triggers_itself_is_stopped(self):
        self.put("it", {"n": 0}, "loops", timeout=60)
        stopped = [each for each in self.server.get("/api/v1/events?kind=trigger.stopped&limit=1000").json()["items"]
                   if each["subject"] == self.trigger("loop")]
        self.assertEqual(len(stopped), 1)
        self.assertEqual(len(self.runs("loop")), 2)
        self.assertIsNone(self.record("it", "loops"), "what nobody could approve is not made")

    def test_writes_of_hooks_are_looked_at_too(self):
        self.server.write("writer", {
            "hook.yaml": "runtime: python\nentry: main.py\nscopes: [records.write]\n",
            "main.py": """\
                import grapnel
                def handler(payload):
                    try:
                        return grapnel.records("scores").create({"wish": payload["wish"]}, "by-hook")
                    except grapnel.CallError as error:
                        return {"code": error.code, "message": str(error)}
                """})
        self.server.deployed("writer")
        answer = self.server.call("writer", {"wish": "refuse"}).json()
        self.assertEqual(answer.get("code"), "invalid", answer)
        self.assertIn("no such wish", answer["message"])
        self.assertEqual(self.server.call("writer", {"wish": "crash"}).json()["code"], "unavailable")
        made = self.server.call("writer", {"wish": "stamp"}).json()
        self.assertRegex(made["stamp"], "^hook:")

    def test_the_approval_is_of_the_state_that_was_looked_at(self):
        """Somebody else changes the record while it is looked at, and no update is lost."""
        self.assertEqual(self.put("shared", {"n": 0}).status, 201)
        failures, counts = [], []

        def count():
            mine = 0
            for _ in range(6):
                while True:
                    seen = self.record("shared")
                    answer = self.put("shared", {"n": seen["n"] + 1},
                                      headers={"If-Match": f'"{seen["last_modified"]}"'})
                    if answer.status == 200:
                        mine += 1
                        break
                    if answer.status != 412:
                        failures.append(answer)
                        return
            counts.append(mine)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(self.record("shared")["n"], sum(counts))

    def test_the_commands_show_when_and_how_long(self):
        shown = self.server.cli("triggers", "show", "judge/late")
        self.assertIn("before", shown.stdout)
        self.assertIn("300ms", shown.stdout)
        made = self.server.cli("triggers", "add", "judge", "--class", "free", "--when", "before", "--name", "made")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(self.put("x", {"wish": "stamp"}, "free").status, 201)
        self.assertEqual(self.server.cli("triggers", "rm", "judge/made").returncode, 0)
        for source in ("--group", "--event"):
            refused = self.server.cli("triggers", "add", "judge", source, "a.b" if source == "--event" else "g",
                                      "--when", "before")
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("only changes of records", refused.stderr)
        metrics = self.server.get("/metrics").text if self.server.get("/metrics").status == 200 else ""
        self.assertTrue(not metrics or 'grapnel_trigger_runs_total{outcome="approved"}' in metrics)


if __name__ == "__main__":
    unittest.main()
