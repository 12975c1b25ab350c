"""Schedules over the API, the CLI and hook.yaml: what is declared, what is refused, and what is shown of it."""

import base64
import json
import unittest
import urllib.parse

from harness import ServerCase, eventually, write_hook

TYPED = {
    "hook.yaml": """\
        runtime: bash
        entry: main.sh
        parameters: {properties: {n: {type: integer, maximum: 9}, kind: {type: string, default: all}}, required: [n]}
        """,
    "main.sh": 'echo "$GRAPNEL_CAUSE $GRAPNEL_SCHEDULE ${GRAPNEL_SLOT-none} $HOOK_PAYLOAD"\n',
}
DECLARING = {
    "hook.yaml": """\
        runtime: bash
        entry: main.sh
        schedules:
          - every: 1d
          - {name: nightly, cron: "30 2 * * *", zone: Europe/Berlin, payload: {kind: full}, missed: all:3}
        """,
    "main.sh": "echo declared\n",
}


class Schedules(ServerCase):
    hooks = {"hello.sh": "echo hello\n", "typed": TYPED, "declares": DECLARING}

    def setUp(self):
        for hook in ("hello", "typed", "declares"):
            self.server.deployed(hook)

    def schedules(self, **query):
        return self.server.get("/api/v1/schedules?" + urllib.parse.urlencode({"limit": 1000} | query)).json()["items"]

    def declared(self, schedule):
        """What nobody but its owner changes: the server notes meanwhile how far a schedule has come."""
        return {name: value for name, value in schedule.items() if name not in ("revision", "state", "next")}

    def make(self, **body):
        answer = self.server.post("/api/v1/schedules", body)
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(answer.headers["Location"], f"/api/v1/schedules/{answer.json()['id']}")
        return answer.json()

    def change(self, schedule, **body):
        return self.server.request("PATCH", f"/api/v1/schedules/{schedule['id']}", body)

    def deploy(self, name, yaml, dry_run=False):
        files = [("hook.yaml", "runtime: bash\nentry: main.sh\n" + yaml), ("main.sh", "echo 1\n")]
        return self.server.post(f"/api/v1/hooks/{name}/deployments", {
            "dry_run": dry_run,
            "files": [{"path": path, "content": base64.b64encode(text.encode()).decode()} for path, text in files]})

    # The API

    def test_a_life(self):
        made = self.make(hook="hello", name="life", cron="30 2 * * *", zone="Europe/Berlin", payload={"a": [1]})
        self.assertEqual(made["words"], "at 02:30 every day, Europe/Berlin")
        self.assertRegex(made["next"]["local"], r"T02:30:00\+0[12]:00$")
        self.assertEqual((made["origin"], made["enabled"], made["payload"]), ("api", True, {"a": [1]}))
        shown = self.server.get(f"/api/v1/schedules/{made['id']}").json()
        self.assertEqual(shown | {"revision": 0}, made | {"revision": 0})
        changed = self.change(made, every="2h", payload=None, overlap="queue").json()
        self.assertEqual((changed["every"], changed["overlap"]), ("2h", "queue"))
        self.assertTrue({"cron", "payload"}.isdisjoint(changed))
        self.assertGreater(changed["revision"], made["revision"])
        self.assertEqual(self.change(made, tolerance="1m", expected_revision=made["revision"]).status, 409)
        off = self.change(made, enabled=False).json()
        self.assertEqual(off["enabled"], False)
        self.assertNotIn("next", off)
        self.assertIn(made["id"], [each["id"] for each in self.schedules(enabled="false", hook="hello")])
        self.assertNotIn(made["id"], [each["id"] for each in self.schedules(enabled="true")])
        self.assertIn("next", self.change(made, enabled=True).json())
        slots = self.server.get(f"/api/v1/schedules/{made['id']}/next?limit=3").json()
        self.assertEqual(len(slots["items"]), 3)
        more = self.server.get(f"/api/v1/schedules/{made['id']}/next?limit=1&cursor={slots['next_cursor']}").json()
        self.assertGreater(more["items"][0]["moment"], slots["items"][-1]["moment"])
        self.assertEqual(self.server.request("DELETE", f"/api/v1/schedules/{made['id']}").status, 204)
        self.assertEqual(self.server.get(f"/api/v1/schedules/{made['id']}").status, 404)
        kinds = [each["kind"] for each in self.server.get("/api/v1/events?kind=schedule&limit=1000").json()["items"]
                 if each.get("subject") == made["id"]]
        self.assertEqual(kinds, [
            "schedule.created", "schedule.updated", "schedule.disabled", "schedule.enabled", "schedule.removed"])

    def test_bad_input_names_field_and_rule_and_stores_nothing(self):
        before = [self.declared(each) for each in self.schedules()]
        hello = {"hook": "hello"}
        for body, field, rule in [
            ({}, "/hook", "required"), ({"hook": "helo", "every": "1m"}, "/hook", "the name of a hook"),
            (hello, "body", "one of every, cron and at"),
            (hello | {"every": "1m", "at": "2099-01-01T00:00:00Z"}, "/at", "one of every, cron and at"),
            (hello | {"every": "0s"}, "/every", "from 1s to 3650d"),
            (hello | {"every": "500ms"}, "/every", "from 1s to 3650d"),
            (hello | {"every": "often"}, "/every", "from 1s to 3650d"),
            (hello | {"cron": "0 0 30 2 *"}, "/cron", "a day that at least one of the months has"),
            (hello | {"cron": "61 * * * *"}, "/cron", "minute"),
            (hello | {"cron": "@daily", "zone": "Mars/Base"}, "/zone", "a name of the IANA's time zone database"),
            (hello | {"cron": "@daily", "zone": "../../etc/passwd"}, "/zone", "a name of the IANA's time zone database"),
            (hello | {"at": "2001-01-01T00:00:00Z"}, "/at", "after now"),
            (hello | {"at": "2099-01-01T00:00:00"}, "/at", "an offset, or zone"),
            (hello | {"every": "1m", "end": "2001-01-01T00:00:00Z"}, "/end", "a slot after now"),
            (hello | {"every": "1m", "start": "2099-01-02T00:00:00Z", "end": "2099-01-01T00:00:00Z"}, "/end", "after 2099"),
            (hello | {"every": "1m", "jitter": "1m"}, "/jitter", "less than 1m"),
            (hello | {"every": "1m", "align": "moon"}, "/align", "one of epoch"),
            (hello | {"every": "1m", "overlap": "stack"}, "/overlap", "one of skip"),
            (hello | {"every": "1m", "missed": "all:1001"}, "/missed", "N from 1 to 1000"),
            (hello | {"every": "1m", "tolerance": "10ms"}, "/tolerance", "from 1s to 1d"),
            (hello | {"every": "1m", "disable_after": 1001}, "/disable_after", "from 1 to 1000"),
            (hello | {"every": "1m", "on_failure": "No Name"}, "/on_failure", "1 to 63 characters"),
            (hello | {"every": "1m", "name": "No Name"}, "/name", "1 to 63 characters"),
            (hello | {"every": "1m", "evry": "1m"}, "/evry", "one of"),
            ({"hook": "typed", "every": "1m"}, "/payload/n", "required"),
            ({"hook": "typed", "every": "1m", "payload": {"n": "x"}}, "/payload/n", "type: integer"),
            ({"hook": "typed", "every": "1m", "payload": {"n": 10}}, "/payload/n", "maximum: 9"),
        ]:
            with self.subTest(body=body):
                answer = self.server.post("/api/v1/schedules", body)
                self.assertEqual(answer.status, 400, answer)
                self.assertEqual(answer.problem["field"], field, answer)
                self.assertIn(rule, answer.problem.get("rule", ""), answer)
        self.assertEqual([self.declared(each) for each in self.schedules()], before)

    def test_a_bad_change_leaves_what_is_there(self):
        made = self.make(hook="typed", name="bad-change", every="1h", payload={"n": 1})
        for body, field in [
            ({"every": "0s"}, "/every"), ({"zone": "Mars/Base"}, "/zone"), ({"payload": {"n": "x"}}, "/payload/n"),
            ({"payload": None}, "/payload/n"), ({"every": None}, "body"), ({"at": "2001-01-01T00:00:00Z"}, "/at"),
            ({"enabled": "no"}, "/enabled"), ({"hook": "hello"}, "/hook"),
        ]:
            with self.subTest(body=body):
                answer = self.change(made, **body)
                self.assertEqual((answer.status, answer.problem["field"]), (400, field), answer)
        self.assertEqual(
            self.declared(self.server.get(f"/api/v1/schedules/{made['id']}").json()), self.declared(made))

    def test_running_by_hand(self):
        made = self.make(hook="typed", name="by-hand", every="1d", payload={"n": 3}, enabled=False)
        answer = self.server.post(f"/api/v1/schedules/{made['id']}/runs")
        self.assertEqual(answer.status, 202, answer)
        trace = self.server.ended(answer.run)
        self.assertEqual(trace["bodies"]["output"]["text"], 'manual by-hand none {"kind":"all","n":3}\n')
        self.assertEqual((trace["cause"]["kind"], trace["cause"]["schedule"]), ("manual", made["id"]))
        self.assertNotIn("slot", trace["cause"])
        listed = self.server.runs(schedule=made["id"])
        self.assertEqual([each["id"] for each in listed], [answer.run])
        self.assertEqual(self.server.get("/api/v1/runs?schedule=none").status, 400)

    # hook.yaml

    def test_what_a_hook_declares(self):
        found = {each["name"]: each for each in self.schedules(hook="declares")}
        self.assertEqual(set(found), {"every-1d", "nightly"})
        self.assertEqual({each["origin"] for each in found.values()}, {"manifest"})
        nightly = found["nightly"]
        self.assertEqual((nightly["missed"], nightly["payload"]), ("all:3", {"kind": "full"}))
        for answer in (self.change(nightly, every="1m"),
                       self.server.request("DELETE", f"/api/v1/schedules/{nightly['id']}")):
            self.assertEqual((answer.status, answer.problem["code"]), (409, "conflict"))
            self.assertIn("hook.yaml", answer.problem["hint"])
        self.assertEqual(self.change(nightly, enabled=False).json()["enabled"], False)
        self.assertEqual(self.change(nightly, enabled=True).json()["enabled"], True)

    def test_they_come_and_go_with_the_version(self):
        first = self.deploy("comes", "schedules: [{every: 1h, name: a}, {every: 2h, name: b}]\n")
        self.assertEqual(first.status, 200, first)
        own = self.make(hook="comes", name="own", every="3h")
        before = {each["name"]: each for each in self.schedules(hook="comes")}
        self.assertEqual(set(before), {"a", "b", "own"})
        self.change(before["a"], enabled=False)
        yaml = "schedules: [{every: 1h, name: a}, {every: 90m, name: c}]\n"
        plan = self.deploy("comes", yaml, dry_run=True).json()
        self.assertEqual(plan["difference"]["definition"], [
            {"key": "schedules.b", "from": {"name": "b", "every": "2h"}},
            {"key": "schedules.c", "to": {"name": "c", "every": "90m"}}])
        self.assertEqual(set(before), {each["name"] for each in self.schedules(hook="comes")})
        self.assertEqual(self.deploy("comes", yaml).status, 200)
        after = {each["name"]: each for each in self.schedules(hook="comes")}
        self.assertEqual(set(after), {"a", "c", "own"})
        self.assertEqual(after["a"]["id"], before["a"]["id"])
        self.assertFalse(after["a"]["enabled"], "it stays as it was")
        self.assertEqual(after["own"]["id"], own["id"])
        self.assertEqual(self.server.request("DELETE", "/api/v1/hooks/comes").status, 200)
        self.assertEqual([each for each in self.schedules() if each["hook"] == "comes"], [])

    def test_a_wrong_schedule_is_not_deployed(self):
        for yaml, field, line in [
            ("schedules:\n  - every: 0s\n", "schedules[0].every", 4),
            ("schedules:\n  - every: 1m\n  - cron: '0 0 30 2 *'\n", "schedules[1].cron", 5),
            ("schedules:\n  - cron: '@daily'\n    zone: Europe/Berlim\n", "schedules[0].zone", 5),
            ("schedules:\n  - evry: 1m\n", "schedules[0].evry", 4),
            ("schedules: [{every: 1m}, {every: 60s}]\n", "schedules[1].name", 3),
            ("parameters: {required: [n]}\nschedules:\n  - every: 1m\n", "schedules[0].payload/n", 5),
        ]:
            for dry_run in (True, False):
                with self.subTest(yaml=yaml, dry_run=dry_run):
                    answer = self.deploy("wrong", yaml, dry_run)
                    self.assertEqual(answer.status, 400, answer)
                    problem = answer.problem
                    self.assertEqual(
                        (problem["field"], problem["file"], problem["line"]), (field, "wrong/hook.yaml", line))
        self.assertEqual(self.server.get("/api/v1/hooks/wrong").status, 404)

    def test_a_watched_hook_keeps_its_good_version(self):
        self.server.write("watched", {"hook.yaml": "runtime: bash\nentry: main.sh\nschedules: [{every: 5h}]\n",
                                      "main.sh": "echo 1\n"})
        self.server.deployed("watched")
        self.assertEqual([each["name"] for each in self.schedules(hook="watched")], ["every-5h"])
        write_hook(self.server.hooks, "watched", {
            "hook.yaml": "runtime: bash\nentry: main.sh\nschedules:\n  - {cron: '@daily', zone: Berlin}\n"})
        eventually(lambda: "watched/hook.yaml:4" in self.server.log(), what="the problem in the log")
        self.assertIn("did you mean Europe/Berlin?", self.server.log())
        self.assertEqual([each["name"] for each in self.schedules(hook="watched")], ["every-5h"])
        write_hook(self.server.hooks, "watched", {
            "hook.yaml": "runtime: bash\nentry: main.sh\nschedules:\n  - {cron: '@daily', zone: Europe/Berlin}\n"})
        eventually(
            lambda: [each["words"] for each in self.schedules(hook="watched")] == ["at 00:00 every day, Europe/Berlin"],
            what="the mended schedule")

    def test_an_export_has_what_stands_beside(self):
        made = self.make(hook="declares", name="beside", every="4h", payload={"a": 1})
        self.addCleanup(self.server.request, "DELETE", f"/api/v1/schedules/{made['id']}")
        self.assertEqual(self.server.post("/api/v1/instances", {"name": "copy"}).status, 201)
        file = self.server.get("/api/v1/export?hooks=declares").json()
        self.assertEqual(file["schedules"], [
            {"hook": "declares", "name": "beside", "enabled": True, "definition": {"every": "4h", "payload": {"a": 1}}}])
        done = self.server.post("/api/v1/import?instance=copy", {"export": file})
        self.assertEqual((done.status, done.json()["schedules"]), (200, [{"hook": "declares", "name": "beside"}]), done)
        copied = {each["name"]: each["origin"] for each in self.schedules(instance="copy")}
        self.assertEqual(copied, {"every-1d": "manifest", "nightly": "manifest", "beside": "api"})
        file["schedules"][0]["definition"] = {"every": "0s"}
        wrong = self.server.post("/api/v1/import?instance=copy", {"export": file})
        self.assertEqual((wrong.status, wrong.problem["field"]), (400, "/export/schedules/0/definition/every"))

    # The CLI

    def cli(self, *arguments, status=0):
        ended = self.server.cli(*arguments)
        self.assertEqual(ended.returncode, status, (arguments, ended.stdout, ended.stderr))
        return ended

    def test_the_command_line(self):
        made = json.loads(self.cli(
            "schedules", "add", "typed", "--cron", "15 6 * * 1-5", "--zone", "Asia/Kathmandu", "--name", "cli",
            "--payload", '{"n": 4}', "--missed", "skip", "--json").stdout)
        self.assertEqual((made["name"], made["zone"], made["missed"]), ("cli", "Asia/Kathmandu", "skip"))
        row = next(line for line in self.cli("schedules", "ls").stdout.splitlines() if line.startswith("typed/cli "))
        self.assertIn("Asia/Kathmandu", row)
        shown = self.cli("schedules", "show", "typed/cli").stdout
        self.assertRegex(shown, r'payload +\{"n":4\}')
        self.assertIn("06:15:00 +05:45", shown)
        self.assertEqual(
            json.loads(self.cli("schedules", "show", made["id"], "--json").stdout)["id"], made["id"])
        slots = self.cli("schedules", "next", "typed/cli", "-n", "2").stdout.splitlines()
        self.assertEqual(len(slots), 3)
        self.assertTrue(all("06:15:00 +05:45" in line for line in slots[1:]), slots)
        self.assertIn("disabled", self.cli("schedules", "disable", "typed/cli").stdout)
        self.assertIn("typed/cli", self.cli("schedules", "ls", "--disabled").stdout)
        self.assertIn("next in", self.cli("schedules", "enable", "typed/cli").stdout)
        run = self.cli("schedules", "run", "typed/cli").stdout.strip()
        self.server.ended(run)
        listed = json.loads(self.cli("traces", "ls", "--schedule", "typed/cli", "--json").stdout)["items"]
        self.assertEqual([each["id"] for each in listed], [run])
        self.cli("schedules", "rm", "typed/cli")
        self.assertIn("there is no such", self.cli("schedules", "show", made["id"], status=5).stderr)
        self.assertIn("did you mean", self.cli("schedules", "show", "declares/nigthly", status=5).stderr)
        wrong = self.cli("schedules", "add", "hello", "--cron", "0 0 31 2,4 *", status=2).stderr
        self.assertIn("column", wrong)
        self.assertIn("/cron", wrong)
        self.assertIn("no schedule is silent", self.cli("schedules", "ls", "--silent").stdout)

    def test_the_doctor_looks_at_zones_and_silence(self):
        checks = json.loads(self.server.cli("doctor", "--json").stdout)["checks"]
        zones = next(each for each in checks if each["name"] == "time zones")
        self.assertTrue(zones["works"])
        self.assertIn("/usr/share/zoneinfo", zones["detail"])
        self.assertTrue(next(each for each in checks if each["name"] == "schedules")["works"])


class Firing(ServerCase):
    """What runs by the clock. Every schedule is taken away again: nothing may run when the class looks for leftovers."""

    hooks = {
        "ticks.sh": 'echo "$GRAPNEL_CAUSE $GRAPNEL_SCHEDULE $GRAPNEL_SLOT $HOOK_PAYLOAD"\n',
        "moody.sh": '[ "$MOOD" = good ] || { echo "not now" >&2; exit 1; }\n',
        "mourner.sh": 'echo "$HOOK_PAYLOAD"\n', "herald.sh": 'echo "$HOOK_PAYLOAD"\n',
    }

    def make(self, hook, **body):
        answer = self.server.post("/api/v1/schedules", {"hook": hook, "every": "1s"} | body)
        self.assertEqual(answer.status, 201, answer)
        target = f"/api/v1/schedules/{answer.json()['id']}"
        self.addCleanup(self.stop, hook, target)
        return answer.json()["id"], lambda: self.server.get(target).json()

    def stop(self, hook, target):
        self.server.request("DELETE", target)
        for run in self.server.runs(hook=hook, limit=1000):
            self.server.ended(run["id"])

    def runs(self, **query):
        return self.server.runs(limit=1000, **query)

    def test_each_slot_has_one_run_that_knows_it(self):
        schedule, show = self.make("ticks", name="tick", payload={"n": 1})
        eventually(lambda: len(self.runs(schedule=schedule, status="succeeded")) >= 3, what="three runs")
        off = self.server.request("PATCH", f"/api/v1/schedules/{schedule}", {"enabled": False}).json()
        self.assertNotIn("next", off)
        runs = self.runs(schedule=schedule)
        slots = [run["cause"]["slot"] for run in runs]
        self.assertEqual(len(set(slots)), len(slots), "a slot has one run")
        for run in runs:
            self.assertEqual((run["cause"]["kind"], run["async"]), ("schedule", True))
            self.assertTrue(run["cause"]["slot"].endswith(".000000Z"), "whole seconds since the epoch")
            trace = self.server.ended(run["id"])
            self.assertEqual(
                trace["bodies"]["output"]["text"], f'schedule tick {run["cause"]["slot"]} {{"n":1}}\n')
        state = show()["state"]
        self.assertEqual(state["fired"], len(runs))
        self.assertEqual((state["last_slot"], state["last_run"]), (max(slots), runs[slots.index(max(slots))]["id"]))
        row = next(line for line in self.server.cli("schedules", "ls").stdout.splitlines() if "ticks/tick" in line)
        self.assertIn("disabled", row)
        self.assertIn("succeeded", row)

    def test_one_moment(self):
        schedule, show = self.make("ticks", name="once", every=None, at="2099-01-01T00:00:00Z")
        soon = self.server.cli("schedules", "add", "ticks", "--at", "1s", "--name", "soon", "--json")
        self.assertEqual(soon.returncode, 0, soon.stderr)
        made = json.loads(soon.stdout)["id"]
        self.addCleanup(self.server.request, "DELETE", f"/api/v1/schedules/{made}")
        eventually(lambda: self.runs(schedule=made, status="succeeded"), what="its one run")
        shown = self.server.get(f"/api/v1/schedules/{made}").json()
        self.assertNotIn("next", shown)
        self.assertEqual(shown["state"]["fired"], 1)
        self.assertEqual(show()["state"]["fired"], 0)
        self.assertEqual(self.runs(schedule=schedule), [])

    def test_a_hook_that_declares_one_runs(self):
        self.server.write("declared", {
            "hook.yaml": "runtime: bash\nentry: main.sh\nschedules: [{every: 1s}]\n", "main.sh": "echo by itself\n"})
        self.server.deployed("declared")
        eventually(lambda: self.runs(hook="declared", status="succeeded"), what="its first run")
        self.assertEqual(self.server.request("DELETE", "/api/v1/hooks/declared").status, 200)
        for run in self.runs(hook="declared"):
            self.server.ended(run["id"])

    def test_failures_disable_it(self):
        self.server.request("PUT", "/api/v1/env/MOOD", {"value": "bad"})
        schedule, show = self.make("moody", name="tired", disable_after=2, on_failure="mourner")
        shown = eventually(lambda: show() if not show()["enabled"] else None, what="the end of its patience")
        self.assertIn("2", shown["disabled_reason"])
        self.assertEqual(shown["state"]["failures"], 2)
        failed = self.runs(schedule=schedule, status="failed")
        self.assertEqual(len(failed), 2)
        reports = eventually(
            lambda: [each for each in self.runs(hook="mourner", status="succeeded")
                     if each["cause"].get("parent") in {run["id"] for run in failed}] or None, what="the reports")
        self.assertTrue(reports)
        self.assertIn("2 ", self.server.cli("schedules", "ls", "--disabled").stdout)
        kinds = [each["kind"] for each in self.server.get("/api/v1/events?kind=schedule&limit=1000").json()["items"]
                 if each.get("subject") == schedule]
        self.assertEqual(kinds.count("schedule.disabled"), 1)

    def test_recovery_is_told_once(self):
        self.server.request("PUT", "/api/v1/env/MOOD", {"value": "bad"})
        schedule, show = self.make("moody", name="moody", on_recovery="herald")
        eventually(lambda: show()["state"]["failures"] >= 1, what="a failure")
        self.server.request("PUT", "/api/v1/env/MOOD", {"value": "good"})
        eventually(lambda: len(self.runs(schedule=schedule, status="succeeded")) >= 2, what="two successes")
        self.assertEqual(show()["state"]["failures"], 0)
        told = eventually(lambda: self.runs(hook="herald", status="succeeded"), what="the herald's run")
        self.assertEqual(len(told), 1)
        self.assertEqual(self.server.trace(told[0]["id"])["bodies"]["payload"]["hook"], "moody")


class NoZones(ServerCase):
    """A host without tzdata."""

    options = {"config": "schedules: {zones: /nonexistent/zoneinfo}\n"}
    hooks = {"hello.sh": "echo hello\n"}

    def test_utc_works_and_anything_else_names_the_package(self):
        self.server.deployed("hello")
        ok = self.server.post("/api/v1/schedules", {"hook": "hello", "cron": "@daily"})
        self.assertEqual(ok.status, 201, ok)
        refused = self.server.post("/api/v1/schedules", {"hook": "hello", "cron": "@hourly", "zone": "Europe/Berlin"})
        self.assertEqual((refused.status, refused.problem["field"]), (503, "/zone"))
        self.assertIn("tzdata", refused.problem["hint"])
        self.server.write("zoned", {
            "hook.yaml": "runtime: bash\nentry: main.sh\nschedules: [{cron: '@daily', zone: Europe/Berlin}]\n",
            "main.sh": "echo 1\n"})
        eventually(lambda: "zoned/hook.yaml:3" in self.server.log(), what="the problem in the log")
        self.assertIn("install the package tzdata", self.server.log())
        doctor = self.server.cli("doctor", "--config", str(self.server.folder.path / "grapnel.yaml")).stdout
        self.assertIn("absent  time zones", doctor)
        self.assertIn("apt-get install tzdata", doctor)


if __name__ == "__main__":
    unittest.main()
