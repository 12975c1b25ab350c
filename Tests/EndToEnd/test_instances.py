"""Several instances on one server: what each has, and that none starves another."""

import base64
import concurrent.futures
import json
import os
import pathlib
import threading
import unittest

import harness
from harness import ServerCase, eventually, write_hook

WHO = """
    import os

    print(os.environ["GRAPNEL_INSTANCE"])
"""
WAITS = {
    "hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {concurrency: 64, queue: 500, timeout: 120s}\nendpoint: {deadline: 120s}\n",
    "main.sh": "read -r line\necho \"$GRAPNEL_INSTANCE\"\n",
}
QUICK = {
    "hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {concurrency: 64, queue: 500}\n",
    "main.sh": "echo quick\n",
}


class TwoInstances(ServerCase):
    hooks = {"who.py": WHO, "quick": QUICK, "waits": WAITS}
    #: of the server's places
    PLACES = 4

    @classmethod
    def setUpClass(cls):
        cls.folder = harness.Folder("grapnel-instances-")
        cls.other = cls.folder.path / "other-hooks"
        cls.other.mkdir()
        write_hook(cls.other, "who.py", WHO)
        write_hook(cls.other, "quick", QUICK)
        cls.options = {"config": f"""
            instances: {{other: {cls.other}}}
            runs: {{capacity: {cls.PLACES}, per_instance: {cls.PLACES}}}
        """}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.folder.remove()

    def test_each_has_its_hooks(self):
        server = self.server
        self.assertEqual(server.get("/main/who").text, "main\n")
        self.assertEqual(server.get("/other/who").text, "other\n")
        self.assertEqual(server.get("/other/waits").status, 404)
        listed = server.cli("hooks", "ls", "--instance", "other", "--json")
        self.assertIn('"who"', listed.stdout)
        self.assertNotIn('"waits"', listed.stdout)
        write_hook(self.other, "late.sh", "echo late\n")
        eventually(lambda: server.get("/other/late").status == 200, what="a hook of the second folder")
        self.assertEqual(server.get("/main/late").status, 404)

    def test_keys_of_one_are_nothing_to_the_other(self):
        server = self.server
        key = server.post("/api/v1/keys", {"name": "other", "role": "admin", "instance": "other"}).json()["secret"]
        self.assertEqual(server.get("/other/who", key=key).status, 200)
        self.assertEqual(server.get("/main/who", key=key).status, 404)
        run = server.get("/main/who").run
        self.assertEqual(server.get(f"/api/v1/runs/{run}", key=key).status, 404)
        self.assertEqual(server.post("/api/v1/instances", {"name": "third"}, key=key).status, 403)
        self.assertEqual([item["name"] for item in server.get("/api/v1/instances", key=key).json()["items"]], ["other"])

    def test_made_by_hand(self):
        server = self.server
        made = server.cli("instances", "create", "by-hand", "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn('"by-hand"', made.stdout)
        self.assertEqual(server.cli("instances", "create", "by-hand").returncode, 1)
        self.assertEqual(server.cli("instances", "create", "api").returncode, 2)
        self.assertIn("by-hand", server.cli("instances", "ls").stdout)
        self.assertEqual(server.get("/by-hand/who").status, 404)

    def furnish(self, name):
        """An instance with a hook that waits for its input's end, a variable, and a key, which is returned."""
        server = self.server
        self.assertEqual(server.post("/api/v1/instances", {"name": name}).status, 201)
        files = [
            {"path": path, "content": base64.b64encode(text.encode()).decode()} for path, text in WAITS.items()]
        answer = server.post(f"/api/v1/hooks/waits/deployments?instance={name}", {"files": files})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(
            server.request("PUT", f"/api/v1/env/A?instance={name}", {"value": "a"}).status, 200)
        return server.post("/api/v1/keys", {"name": "k", "role": "admin", "instance": name}).json()["secret"]

    def test_renamed(self):
        server = self.server
        key = self.furnish("before")
        run = server.post("/before/waits", b"x\n", key=key)
        self.assertEqual(run.text, "before\n")
        renamed = server.cli("instances", "rename", "before", "after", "--json")
        self.assertEqual(renamed.returncode, 0, renamed.stderr)
        self.assertEqual(json.loads(renamed.stdout)["name"], "after")
        self.assertEqual(server.post("/before/waits", b"x\n", key=key).status, 404)
        self.assertEqual(server.post("/after/waits", b"x\n", key=key).text, "after\n")
        self.assertEqual(server.get(f"/api/v1/runs/{run.run}", key=key).json()["instance"], "after")
        for name in ("main", "other"):
            refused = server.cli("instances", "rename", name, "else")
            self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("configuration", refused.stderr)

    def test_removed_with_all_that_it_has(self):
        server = self.server
        key = self.furnish("gone")
        serial = next(
            each["serial"] for each in server.get("/api/v1/instances").json()["items"] if each["name"] == "gone")
        kept = server.post("/gone/waits", b"x\n", key=key).run
        with harness.OpenRequest(server, "/gone/waits") as going:
            run = eventually(
                lambda: [each["id"] for each in server.runs(instance="gone", status="running")], what="a run")[0]
            refused = server.cli("instances", "rm", "gone")
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn("--yes", refused.stderr)
            removed = server.cli("instances", "rm", "gone", "--yes")
            self.assertEqual(removed.returncode, 0, removed.stderr)
            # The run that went on has been ended, and its caller is told.
            self.assertEqual(going.response().status, 409)
        self.assertEqual(server.get("/gone/waits").status, 404)
        self.assertEqual(server.get("/api/v1/hooks", key=key).status, 401)
        for each in (run, kept):
            self.assertEqual(server.get(f"/api/v1/runs/{each}").status, 404)
        self.assertEqual(server.request("DELETE", "/api/v1/instances/gone").status, 404)
        events = server.get("/api/v1/events?scope=host&kind=instance&limit=1000").json()["items"]
        self.assertEqual(
            [each["kind"] for each in events if each["data"]["name"] == "gone"],
            ["instance.created", "instance.removed"])
        self.assertIn("configuration", server.cli("instances", "rm", "other", "--yes").stderr)
        self.assertEqual(server.cli("instances", "rm", "main", "--yes").returncode, 1)
        # Another of that name has nothing of it, and a number, from which its user id is made, of its own.
        again = server.post("/api/v1/instances", {"name": "gone"}).json()
        self.assertGreater(again["serial"], serial)
        for page in ("hooks", "runs", "logs", "env", "events", "keys", "dead-letters"):
            self.assertEqual(server.get(f"/api/v1/{page}?instance=gone").json()["items"], [], page)

    def test_a_flood_of_one_holds_up_nobody_else(self):
        """All places are taken and three hundred runs of one instance wait: the other's is next when one is free."""
        server = self.server
        requests = []
        try:
            for _ in range(self.PLACES):
                requests.append(harness.OpenRequest(server, "/main/waits"))
            eventually(lambda: len(server.runs(status="running", hook="waits")) == self.PLACES, what="full places")
            ids = [server.submit("quick") for _ in range(100)]
            answers = []
            caller = threading.Thread(target=lambda: answers.append(server.get("/other/quick")))
            caller.start()
            # The caller waits: it has no run on record, so there is nothing to look at; what it must not do is fail.
            requests.pop().close()
            caller.join(60)
            self.assertEqual([answer.status for answer in answers], [200])
            for request in requests:
                request.close()
            requests.clear()
            for run in ids:
                self.assertEqual(server.ended(run, 60)["status"], "succeeded")
            other = server.trace(answers[0].run)
            # A flood of one costs the other no more than the runs that hold a place, and one turn.
            before = [run for run in map(server.trace, ids) if run["ended_at"] < other["started_at"]]
            self.assertLess(len(before), 20, other)
        finally:
            for request in requests:
                request.close()


class UnknownFolder(unittest.TestCase):
    def test_is_said(self):
        harness.require_binary()
        for text, words in (
            ("instances: {other: /no/such/folder}", "instances.other"), ("instances: {main: /tmp}", "instances.main"),
            ("instances: {other: relative}", "absolute"), ("instances: {API: /tmp}", "instances.API"),
            ("instances: {api: /tmp}", "instances.api"),
        ):
            server = harness.Server(config=text)
            try:
                server.start(wait=False)
                self.assertEqual(server.process.wait(harness.PATIENCE), 2 if "no/such" not in text else 5, server.log())
                self.assertIn(words, server.log())
            finally:
                server._kill_quietly()
                server.folder.remove()


if __name__ == "__main__":
    unittest.main()
