"""Triggers on records and groups, over the data protocol: what a run is told, in which order, and where loops end."""

import json
import unittest

from harness import ServerCase, eventually

TELLS = {
    "hook.yaml": """\
        runtime: bash
        entry: main.sh
        triggers:
          - {name: all, class: scores}
          - {name: high, class: "*", on: [create, update], fields: [points], if: {new: {points: {min: 100}}}}
          - {name: people, group: moderators}
          - {name: bulk, class: bulk, on: [create]}
          - {name: accounts, account: true}
        """,
    "main.sh": "cat\n",
}
COUNTS = {
    "hook.yaml": "runtime: python\nentry: main.py\nscopes: [\"records.write:loops\"]\n"
                 "triggers: [{name: again, class: loops}]\n",
    "main.py": """\
        import grapnel
        def handler(payload):
            grapnel.records("loops").update(payload["record"]["id"], {"n": payload["record"]["n"] + 1})
        """,
}
#: Each run waits until the test opens the gate.
FAILS = {
    "hook.yaml": "runtime: python\nentry: main.py\nretries: {max: 1, backoff: 300ms, jitter: 0}\n"
                 "limits: {concurrency: 8}\nscopes: [\"records.read:gates\"]\n"
                 "triggers: [{name: ordered, class: ordered}]\n",
    "main.py": """\
        import grapnel
        def handler(payload):
            while not grapnel.records("gates").list():
                pass
            assert not payload["record"]["fails"]
        """,
}


class RecordTriggers(ServerCase):
    hooks = {"tells": TELLS, "counts": COUNTS, "fails": FAILS}

    def setUp(self):
        for hook in self.hooks:
            self.server.deployed(hook)
        for name in ("scores", "loops", "ordered", "bulk", "gates"):
            self.assertIn(self.put(f"collections/{name}").status, (200, 201))

    def put(self, path, data=None, method="PUT"):
        return self.server.request(method, f"/v1/buckets/main/{path}", {"data": data or {}})

    def write(self, path, data, method="PUT"):
        answer = self.put(path, data, method)
        self.assertIn(answer.status, (200, 201), answer)
        return answer.json()["data"]

    def trigger(self, hook, name):
        items = self.server.get(f"/api/v1/triggers?hook={hook}").json()["items"]
        return next(each["id"] for each in items if each["name"] == name)

    def runs_of(self, trigger, count):
        """Its runs, the oldest first, when so many have ended."""
        def look():
            items = self.server.runs(trigger=trigger, limit=1000)
            done = [each for each in items if each["status"] not in ("queued", "starting", "running")]
            return items[::-1] if len(done) >= count else None

        return eventually(look, what=f"{count} runs")

    def told(self, trigger, count):
        return [self.server.trace(run["id"])["bodies"]["payload"] for run in self.runs_of(trigger, count)]

    def test_a_run_is_told_of_the_change(self):
        path = "collections/scores/records/ada"
        first = self.write(path, {"points": 5, "by": "x"})
        self.assertEqual(self.put("collections/scores/records/ada", {"points": "["}, "PATCH").status, 200)
        second = self.write(path, {"points": 150, "by": "x"})
        self.assertEqual(self.server.request("DELETE", f"/v1/buckets/main/{path}").status, 200)
        told = self.told(self.trigger("tells", "all"), 4)
        self.assertEqual([each["signal"] for each in told], ["create", "update", "update", "delete"])
        self.assertEqual([each["changed"] for each in told], [["by", "points"], ["points"], ["points"], ["by", "points"]])
        self.assertEqual((told[0]["record"], told[2]["record"], told[3]["record"]), (first, second, second))
        self.assertEqual((told[1]["previous"], "previous" in told[0], "previous" in told[3]), (first, False, False))
        for each in told:
            self.assertEqual((each["class"], each["trigger"]["name"]), ("scores", "all"))
            self.assertRegex(each["user"], "^key:")
        high = self.told(self.trigger("tells", "high"), 1)
        self.assertEqual([each["record"]["points"] for each in high], [150])

    def test_what_is_refused_starts_nothing(self):
        trigger = self.trigger("tells", "bulk")
        requests = [
            {"method": "PUT", "path": "/v1/buckets/main/collections/bulk/records/one"},
            {"method": "PUT", "path": "/v1/buckets/main/collections/bulk/records/no",
             "headers": {"If-Match": '"1"'}},
            {"method": "PUT", "path": "/v1/buckets/main/collections/bulk/records/two"},
        ]
        answer = self.server.post("/v1/batch", {"requests": requests})
        self.assertEqual([each["status"] for each in answer.json()["responses"]], [201, 412, 201], answer)
        self.assertEqual([each["record"]["id"] for each in self.told(trigger, 2)], ["one", "two"])

    def test_members_of_groups(self):
        self.write("groups/moderators", {"members": ["account:ada"]})
        self.write("groups/moderators", {"members": ["account:ada"], "title": "x"})
        self.write("groups/moderators", {"members": [], "title": "x"})
        told = self.told(self.trigger("tells", "people"), 2)
        self.assertEqual([(each["signal"], each["group"]) for each in told],
                         [("create", "moderators"), ("update", "moderators")])
        self.assertEqual(told[1]["changed"], ["members"])

    def test_accounts(self):
        answer = self.server.request("PUT", "/v1/accounts/ada", {"data": {"password": "a secret of hers"}})
        self.assertEqual(answer.status, 201, answer)
        told = self.told(self.trigger("tells", "accounts"), 1)
        self.assertEqual([(each["signal"], each["account"]) for each in told], [("create", "ada")])
        self.assertNotIn("a secret of hers", json.dumps(told))
        self.assertNotIn("password", told[0]["record"])

    def test_a_hook_that_triggers_itself_is_stopped(self):
        self.write("collections/loops/records/it", {"n": 0})
        trigger = self.trigger("counts", "again")
        stopped = eventually(lambda: [
            each for each in self.server.get("/api/v1/events?kind=trigger.stopped&limit=1000").json()["items"]
            if each["subject"] == trigger], what="the stop")
        self.assertEqual(len(stopped), 1)
        runs = self.runs_of(trigger, 2)
        self.assertEqual([each["cause"].get("depth", 0) for each in runs], [0, 1])
        self.assertEqual(runs[1]["cause"]["parent"], runs[0]["id"])
        record = self.server.get("/v1/buckets/main/collections/loops/records/it").json()["data"]
        self.assertEqual(record["n"], 2, "the change itself is made")

    def test_changes_of_one_record_follow_each_other(self):
        for number in range(4):
            for name in ("a", "b"):
                self.write(f"collections/ordered/records/{name}", {"number": number, "fails": number == 1})
        trigger = self.trigger("fails", "ordered")

        def are_running():
            states = [each["status"] for each in self.server.runs(trigger=trigger, limit=1000)]
            return states if states.count("running") >= 2 else None

        # All of them could run at once, but only the first of each record may.
        states = eventually(are_running, what="the first runs")
        self.assertEqual((states.count("running"), states.count("queued")), (2, 6))
        self.write("collections/gates/records/open", {})
        runs = self.runs_of(trigger, 10)
        self.assertEqual(len(runs), 10, "each change has one run, and those that failed another attempt")
        for name in ("a", "b"):
            traces = [self.server.trace(run["id"]) for run in runs]
            mine = sorted((trace for trace in traces if trace["bodies"]["payload"]["record"]["id"] == name),
                          key=lambda trace: trace["started_at"])
            self.assertEqual([trace["bodies"]["payload"]["record"]["number"] for trace in mine], [0, 1, 1, 2, 3])
            for earlier, later in zip(mine, mine[1:]):
                self.assertLessEqual(earlier["ended_at"], later["started_at"])


if __name__ == "__main__":
    unittest.main()
