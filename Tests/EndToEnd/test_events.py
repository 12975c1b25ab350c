"""Events: every change is told once, in order, with who made it, also to those who wait for it and after kill -9."""

import contextlib
import http.client
import json
import subprocess
import unittest

from harness import GRAPNEL, PATIENCE, ServerCase, eventually, write_hook

HOOK = {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "echo 1\n"}


class Tail:
    """A live tail: server-sent events, read one at a time."""

    def __init__(self, server, query="", last=None, key=None):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {key or server.key}"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", f"/api/v1/events/stream{query}", headers=headers)
        self.response = self.connection.getresponse()
        if self.response.status == 200:
            assert self.line() == ": tail", "a tail begins with a comment"
            assert self.line() == ""

    def line(self):
        return self.response.readline().decode().rstrip("\n")

    def event(self):
        """The next event, heartbeats left out."""
        fields = {}
        while True:
            line = self.line()
            if line.startswith(":"):
                assert self.line() == ""
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            else:
                assert fields, "the tail has ended"
                assert fields.pop("event") == "event", fields
                event = json.loads(fields["data"])
                assert event["sequence"] == int(fields["id"]), fields
                return event

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Events(ServerCase):
    def setUp(self):
        self.start = self.events(limit=1000)[-1]["sequence"]

    def events(self, **query):
        text = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.server.get(f"/api/v1/events?{text}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json()["items"]

    def since(self):
        return self.events(after=self.start, limit=1000)

    def cli(self, *arguments, status=0, **options):
        result = self.server.cli(*arguments, **options)
        self.assertEqual(result.returncode, status, result)
        return result

    def put(self, name, value="v"):
        answer = self.server.request("PUT", f"/api/v1/env/{name}", {"value": value})
        self.assertEqual(answer.status, 200, answer)

    def test_each_change_is_told_in_order_with_who_made_it(self):
        server = self.server
        who = "key:" + next(key["id"] for key in server.get("/api/v1/keys").json()["items"] if key["name"] == "admin")
        write_hook(server.folder.path, "told", HOOK)
        path = str(server.folder.path / "told")
        self.cli("deploy", path)
        self.cli("deploy", path)
        write_hook(server.folder.path, "told", {"main.sh": "echo 2\n"})
        self.cli("deploy", path, "--dry-run")
        self.cli("deploy", path)
        self.cli("hooks", "rollback", "told")
        self.cli("hooks", "disable", "told")
        self.cli("hooks", "enable", "told")
        self.cli("hooks", "rename", "told", "renamed")
        self.cli("env", "set", "LOUD=1", "--hook", "renamed")
        self.cli("env", "set", "QUIET", "--secret", input="hush hush")
        self.cli("env", "rm", "QUIET")
        run = server.post("/api/v1/hooks/renamed/runs", {}).json()["id"]
        server.post(f"/api/v1/runs/{run}/replay", {})
        self.cli("hooks", "rm", "renamed")
        hook = next(each["subject"] for each in self.since() if each["kind"] == "hook.deployed")

        told = [(each["kind"], each.get("subject") == hook, each["actor"] == who) for each in self.since()]
        self.assertEqual(told, [
            ("hook.deployed", True, True), ("hook.deployed", True, True), ("hook.rolled_back", True, True),
            ("hook.disabled", True, True), ("hook.enabled", True, True), ("hook.renamed", True, True),
            ("env.set", True, True), ("env.set", False, True), ("env.removed", False, True),
            ("run.replayed", False, True), ("hook.removed", True, True),
        ])
        by_kind = {each["kind"]: each for each in self.since()}
        self.assertEqual(by_kind["hook.rolled_back"]["data"], {"from": 2, "name": "told", "version": 1})
        self.assertEqual(by_kind["hook.renamed"]["data"], {"from": "told", "name": "renamed"})
        self.assertEqual(by_kind["run.replayed"]["subject"], run)
        self.assertNotIn("hush", json.dumps(self.since()), "no event has a secret")
        self.assertTrue(all(each["instance"] == "main" for each in self.since()))
        # The same text for people.
        text = self.cli("events", "--kind", "hook.renamed", "--limit", "1").stdout
        self.assertRegex(text, rf"hook\.renamed {hook} by {who} .*name=renamed")

    def test_what_is_refused_has_no_event(self):
        server = self.server
        viewer = server.post("/api/v1/keys", {"name": "v", "role": "viewer", "instance": "main"}).json()["secret"]
        before = [each["sequence"] for each in self.events(limit=1000)]
        refused = [
            server.request("DELETE", "/api/v1/hooks/innocent", key=viewer),
            server.request("PATCH", "/api/v1/hooks/innocent", {"enabled": False, "expected_version": 99}),
            server.request("PATCH", "/api/v1/hooks/innocent", {"enabled": 1}),
            server.request("DELETE", "/api/v1/hooks/innocent?expected_version=99"),
            server.post("/api/v1/hooks/innocent/rollback", {"version": 99}),
            server.request("PUT", "/api/v1/env/LD_PRELOAD", {"value": "x"}),
            server.request("DELETE", "/api/v1/env/NOTHING"),
        ]
        self.assertEqual([each.status for each in refused], [403, 409, 400, 409, 404, 400, 404], refused)
        self.assertEqual([each["sequence"] for each in self.events(limit=1000)], before)
        self.assert_innocent()

    def test_pages_have_no_gap_and_no_double(self):
        for number in range(7):
            self.put(f"P{number}")
        whole = self.since()
        self.assertEqual([each["data"]["name"] for each in whole], [f"P{number}" for number in range(7)])
        walked, after = [], self.start
        while True:
            page = self.server.get(f"/api/v1/events?after={after}&limit=3").json()
            walked += page["items"]
            if "next_cursor" not in page:
                break
            after = page["next_cursor"]
        self.assertEqual(walked, whole)
        sequences = [each["sequence"] for each in walked]
        self.assertEqual(sequences, sorted(set(sequences)))
        # Without `after` the newest come, the oldest of them first.
        self.assertEqual(self.events(limit=2), whole[-2:])
        self.assertEqual(self.events(kind="env.set", after=self.start, limit=2), whole[:2])
        self.assertEqual(self.events(kind="env", after=self.start), whole)
        self.assertEqual(self.events(kind="en", after=self.start), [], "the beginning up to a dot, not any beginning")

    def test_a_tail_goes_on_where_the_last_one_ended(self):
        self.put("BEFORE")
        with Tail(self.server, f"?after={self.start}") as tail:
            before = tail.event()
            self.assertEqual(before["data"]["name"], "BEFORE")
            self.put("MEANWHILE")
            self.assertEqual(tail.event()["data"]["name"], "MEANWHILE")
        self.put("AWAY")
        # The header of a browser that comes back is before the query that it began with.
        with Tail(self.server, f"?after={self.start}", last=before["sequence"]) as tail:
            self.assertEqual([tail.event()["data"]["name"] for _ in range(2)], ["MEANWHILE", "AWAY"])
        with Tail(self.server, "?kind=env.removed") as tail:
            self.put("UNSEEN")
            self.server.request("DELETE", "/api/v1/env/UNSEEN")
            event = tail.event()
            self.assertEqual((event["kind"], event["data"]["name"]), ("env.removed", "UNSEEN"))

    def test_each_tail_gets_all(self):
        with contextlib.ExitStack() as stack:
            tails = [stack.enter_context(Tail(self.server)) for _ in range(5)]
            for number in range(20):
                self.put(f"T{number}")
            for tail in tails:
                self.assertEqual([tail.event()["data"]["name"] for _ in range(20)], [f"T{n}" for n in range(20)])

    def test_instances_do_not_see_each_other_nor_the_host(self):
        server = self.server
        server.post("/api/v1/keys", {"name": "whole host", "role": "viewer"})
        server.post("/api/v1/instances", {"name": "other"})
        key = server.post("/api/v1/keys", {"name": "o", "role": "admin", "instance": "other"}).json()["secret"]
        with Tail(server, key=key) as tail:
            self.put("MAIN")
            server.request("PUT", "/api/v1/env/OTHER", {"value": "v"}, key=key)
            event = tail.event()
            self.assertEqual((event["instance"], event["data"]["name"]), ("other", "OTHER"))
        self.assertNotIn("OTHER", [each["data"].get("name") for each in self.since()])
        self.assertEqual(server.get("/api/v1/events?instance=main", key=key).status, 404)
        for path in ("/api/v1/events?scope=host", "/api/v1/events/stream?scope=host"):
            self.assertEqual(server.get(path, key=key).status, 403, path)
        kinds = {each["kind"] for each in self.events(scope="host", limit=1000)}
        self.assertIn("key.created", kinds)
        self.assertFalse([each for each in self.events(scope="host", limit=1000) if "instance" in each])

    def test_the_command_follows(self):
        environment = {"GRAPNEL_SERVER": self.server.url, "GRAPNEL_KEY": self.server.key, "PATH": "/usr/bin:/bin"}
        process = subprocess.Popen(
            [str(GRAPNEL), "events", "-f", "--kind", "env", "--json"], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            # The tail may begin after a change that is made at once: changes go on until the first is seen.
            seen = []

            def look():
                self.put("FOLLOWED")
                line = process.stdout.readline()
                seen.append(json.loads(line))
                return seen[-1]["data"]["name"] == "FOLLOWED"

            eventually(look, what="an event in `grapnel events -f`")
        finally:
            process.terminate()
            process.wait(PATIENCE)
            process.stdout.close()
        self.assertTrue(all(each["kind"].startswith("env.") for each in seen))

    def test_what_was_acknowledged_is_told_after_a_kill(self):
        self.put("KEPT")
        with Tail(self.server) as tail:
            self.server.crash()
            with self.assertRaises((AssertionError, OSError, http.client.HTTPException)):
                tail.event()
        self.server.start()
        self.assertIn("KEPT", [each["data"].get("name") for each in self.since()])
        with Tail(self.server, f"?after={self.start}") as tail:
            self.assertEqual(tail.event()["data"]["name"], "KEPT")

    def test_a_stop_ends_a_tail_in_order(self):
        with Tail(self.server) as tail:
            self.server.stop()
            self.assertEqual(tail.response.read(), b"", "the body ends as it should, it is not cut")
        self.server.start()


if __name__ == "__main__":
    unittest.main()
