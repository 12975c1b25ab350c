"""Triggers over the API, the CLI and hook.yaml: custom events start hooks, in order, once, and without loops."""

import base64
import json
import unittest

from harness import ServerCase, eventually

ARCHIVE = {
    "hook.yaml": """\
        runtime: bash
        entry: main.sh
        triggers:
          - {name: reports, event: report.*, if: {data: {pages: {min: 10}}}}
          - {name: off, event: report.*, enabled: false}
        """,
    "main.sh": 'cat; echo " $GRAPNEL_CAUSE"\n',
}
LOOP = {
    "hook.yaml": "runtime: bash\nentry: main.sh\nscopes: [\"events.emit:loop.*\"]\ntriggers: [{event: loop.go}]\n",
    "main.sh": 'grapnel_emit loop.go "{\\"from\\":\\"$GRAPNEL_RUN_ID\\"}"\n',
}
RELAY = "runtime: {0}\nentry: main.{1}\nscopes: [\"events.emit:relay.{0}\"]\n"
EMITTERS = {
    "relay-python": {"hook.yaml": RELAY.format("python", "py"), "main.py": """\
        import grapnel
        def handler(payload):
            try:
                grapnel.emit("relay.other")
            except grapnel.CallError as error:
                refused = error.code
            return {"sequence": grapnel.emit("relay.python", {"n": 1}), "refused": refused}
        """},
    "relay-node": {"hook.yaml": RELAY.format("node", "js"), "main.js": """\
        exports.handler = async (payload, hook) => {
          const refused = await hook.emit('relay.other').catch((error) => error.code);
          return { sequence: await hook.emit('relay.node', { n: 1 }), refused };
        };
        """},
    "relay-bash": {"hook.yaml": RELAY.format("bash", "sh"), "main.sh": """\
        grapnel_emit relay.other 2>&1; code=$?
        grapnel_emit relay.bash '{"n":1}' && echo "emitted after $code"
        """},
}


class Triggers(ServerCase):
    hooks = {"archive": ARCHIVE, "loop": LOOP, "hears.sh": "cat\n", **EMITTERS}

    def setUp(self):
        for hook in self.hooks:
            self.server.deployed(hook.removesuffix(".sh"))

    def emit(self, kind, data=None, status=201):
        answer = self.server.post("/api/v1/events", {"kind": kind, "data": data or {}})
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def trigger(self, hook, name):
        items = self.server.get(f"/api/v1/triggers?hook={hook}").json()["items"]
        return next(each for each in items if each["name"] == name)

    def make(self, **body):
        answer = self.server.post("/api/v1/triggers", body)
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def runs_of(self, trigger, count):
        def look():
            items = self.server.runs(trigger=trigger["id"], limit=1000)
            done = [each for each in items if each["status"] not in ("queued", "starting", "running")]
            return items if len(done) >= count else None

        return eventually(look, what=f"{count} runs of {trigger['name']}")

    def test_an_event_starts_what_a_hook_declares(self):
        trigger = self.trigger("archive", "reports")
        self.assertEqual((trigger["origin"], trigger["enabled"], trigger["event"]), ("manifest", True, "report.*"))
        self.emit("report.finished", {"pages": 9})
        event = self.emit("report.finished", {"pages": 10})
        runs = self.runs_of(trigger, 1)
        self.assertEqual(len(runs), 1)
        self.assertEqual(runs[0]["cause"], {
            "kind": "trigger", "trigger": trigger["id"], "chain": [trigger["id"]]})
        trace = self.server.trace(runs[0]["id"])
        output = trace["bodies"]["output"]["text"]
        self.assertTrue(output.endswith(" trigger\n"), output)
        told = json.loads(output.removesuffix(" trigger\n"))
        self.assertEqual(told, trace["bodies"]["payload"])
        self.assertEqual(
            (told["signal"], told["event"], told["data"], told["sequence"], told["trigger"]["name"]),
            ("event", "report.finished", {"pages": 10}, event["sequence"], "reports"))
        self.assertEqual(self.server.runs(trigger=self.trigger("archive", "off")["id"]), [])
        shown = self.trigger("archive", "reports")
        self.assertEqual((shown["last_run"], shown["last_status"]), (runs[0]["id"], "succeeded"))

    def test_the_command_line(self):
        made = self.server.cli("triggers", "add", "hears", "--event", "cli.*", "--name", "cli")
        self.assertEqual((made.returncode, made.stdout), (0, "hears/cli: event cli.*\n"), made.stderr)
        emitted = self.server.cli("events", "emit", "cli.said", "-d", '{"a": 1}', "--json")
        self.assertEqual(emitted.returncode, 0, emitted.stderr)
        self.runs_of(self.trigger("hears", "cli"), 1)
        listed = self.server.cli("traces", "ls", "--trigger", "hears/cli", "--json")
        self.assertEqual(len(json.loads(listed.stdout)["items"]), 1)
        trigger = self.trigger("hears", "cli")["id"]
        self.assertEqual(self.server.cli("triggers", "disable", "hears/cli").returncode, 0)
        self.emit("cli.said")
        self.assertEqual(self.server.cli("triggers", "rm", "hears/cli").returncode, 0)
        self.assertEqual(self.server.cli("triggers", "show", "hears/cli").returncode, 5)
        self.assertEqual(self.server.cli("events", "emit", "hook.deployed").returncode, 2)
        self.assertEqual(len(self.server.runs(trigger=trigger)), 1)

    def test_a_loop_ends_and_is_told(self):
        self.emit("loop.go")
        trigger = self.trigger("loop", "event-loop-go")
        runs = self.runs_of(trigger, 2)
        stopped = eventually(lambda: [
            each for each in self.server.get("/api/v1/events?kind=trigger.stopped&limit=1000").json()["items"]
            if each["subject"] == trigger["id"]], what="the stop")
        self.assertEqual(len(stopped), 1)
        runs = self.runs_of(trigger, 2)
        self.assertEqual([each["cause"].get("depth", 0) for each in reversed(runs)], [0, 1])
        self.assertEqual(runs[0]["cause"]["parent"], runs[1]["id"])
        self.assertEqual((stopped[0]["data"]["depth"], stopped[0]["data"]["run"]), (2, runs[0]["id"]))
        eventually(lambda: any(
            "event-loop-go was stopped" in json.dumps(each) for each in self.server.logs(hook="loop")), what="the log")
        metrics = self.server.get("/metrics").text
        self.assertIn('grapnel_trigger_runs_total{outcome="stopped"} 1', metrics)

    def test_hooks_emit(self):
        made = self.make(hook="hears", event="relay.*", name="relay")
        for number, language in enumerate(("python", "node", "bash"), 1):
            with self.subTest(language=language):
                answer = self.server.call(f"relay-{language}", {})
                self.assertEqual(answer.status, 200, answer)
                if language == "bash":
                    self.assertIn("emitted after 2", answer.text)
                else:
                    self.assertEqual(answer.json()["refused"], "forbidden")
                    self.assertGreater(answer.json()["sequence"], 0)
                run = self.runs_of(made, number)[0]
                self.assertEqual(run["cause"]["parent"], answer.run)
                payload = self.server.trace(run["id"])["bodies"]["payload"]
                self.assertEqual(
                    (payload["event"], payload["data"], payload["user"]),
                    (f"relay.{language}", {"n": 1}, f"run:{answer.run}"))

    def test_they_travel_with_an_export(self):
        self.make(hook="hears", event="travel.*", name="travels", description="to another server")
        exported = self.server.get("/api/v1/export?hooks=hears").json()
        found = [each for each in exported["triggers"] if each["name"] == "travels"]
        self.assertEqual(found, [{
            "hook": "hears", "name": "travels", "enabled": True,
            "definition": {"event": "travel.*", "description": "to another server"}}])
        self.assertEqual(self.server.post("/api/v1/instances", {"name": "far"}).status, 201)
        outcome = self.server.post("/api/v1/import?instance=far", {"export": exported})
        self.assertEqual(outcome.status, 200, outcome)
        self.assertIn({"hook": "hears", "name": "travels"}, outcome.json()["triggers"])
        there = self.server.get("/api/v1/triggers?instance=far").json()["items"]
        self.assertEqual([each["name"] for each in there if each["name"] == "travels"], ["travels"])
        again = self.server.post("/api/v1/import?instance=far", {"export": exported})
        self.assertEqual(again.json()["triggers"], [])

    def test_bad_yaml_names_line_and_key(self):
        files = [("hook.yaml", "runtime: bash\nentry: main.sh\ntriggers:\n  - {event: hook.deployed}\n"),
                 ("main.sh", "echo 1\n")]
        answer = self.server.post("/api/v1/hooks/wrong/deployments", {
            "files": [{"path": path, "content": base64.b64encode(text.encode()).decode()} for path, text in files]})
        self.assertEqual(answer.status, 400, answer)
        self.assertEqual((answer.problem["line"], answer.problem["field"]), (4, "triggers[0].event"))

    def test_what_is_refused_changes_nothing(self):
        before = self.server.get("/api/v1/events?limit=1").json()["items"][-1]["sequence"]
        for body in ({"kind": "hook.deployed"}, {"kind": "A"}, {"data": {}}, {"kind": "a.b", "data": [1]},
                     {"kind": "a.b", "data": {"x": "y" * 70_000}}):
            answer = self.server.post("/api/v1/events", body)
            self.assertIn(answer.status, (400, 413), answer)
        self.assertEqual(self.server.get("/api/v1/events?limit=1").json()["items"][-1]["sequence"], before)


if __name__ == "__main__":
    unittest.main()
