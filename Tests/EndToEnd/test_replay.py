"""Replays: a hook gets again what an earlier run was given, byte by byte, and nothing that is not on record."""

import json
import unittest

from harness import ServerCase, eventually

ECHO = """
    import base64, json, os, sys

    sys.stdout.write(json.dumps({
        "version": 1, "input": base64.b64encode(sys.stdin.buffer.read()).decode(), "method": os.environ.get("REQUEST_METHOD"),
        "query": os.environ.get("QUERY_STRING"), "path": os.environ.get("PATH_INFO"), "type": os.environ.get("CONTENT_TYPE"),
        "mine": os.environ.get("HTTP_X_MINE"), "payload": json.loads(os.environ["HOOK_PAYLOAD"]),
        "cause": os.environ["GRAPNEL_CAUSE"],
    }))
"""
ANY = {"hook.yaml": "runtime: python\nentry: main.py\nlimits: {output: 4MiB}\n", "main.py": ECHO}
SIGNED = {
    "hook.yaml": "runtime: bash\nentry: main.sh\nendpoint: {signature: {scheme: github, secret: S}}\n",
    "main.sh": "cat\n",
}


class Replays(ServerCase):
    hooks = {
        "echo": ANY, "fails.sh": "read -r x; exit $x\n", "waits.sh": "echo begun >&2; sleep 60\n",
        "drops.sh": "cat > /dev/null; echo dropped\n", "ignores.sh": "exit 0\n", "gone.sh": "echo gone\n",
    }

    def replay(self, run, body=None, **options):
        return self.server.post(f"/api/v1/runs/{run}/replay", body or {}, **options)

    def output(self, trace):
        return json.loads(trace["bodies"]["output"]["text"])

    def test_the_same_bytes_and_the_same_request(self):
        data = bytes(range(256)) * 100
        first = self.server.post(
            "/main/echo/some/path?a=1&b=%20x", data,
            headers={"Content-Type": "application/x-thing", "X-Mine": "yes", "X-Secret-Token": "hush"})
        answer = self.replay(first.run)
        self.assertEqual(answer.status, 200, answer)
        trace = answer.json()
        before, after = first.json(), self.output(trace)
        self.assertEqual(after, before | {"cause": "manual"})
        self.assertEqual(before["payload"], {"a": "1", "b": " x"})
        self.assertEqual((trace["cause"]["kind"], trace["cause"]["parent"]), ("manual", first.run))
        self.assertNotEqual(trace["id"], first.run)
        self.assertNotIn("hush", answer.text)
        event = self.server.get("/api/v1/events?kind=run.replayed").json()["items"][-1]
        self.assertEqual((event["subject"], event["data"]), (first.run, {"hook": "echo", "run": trace["id"]}))
        # A replay can be replayed.
        self.assertEqual(self.output(self.replay(trace["id"]).json()), after)

    def test_which_version_runs(self):
        server = self.server
        first = server.post("/main/echo", {"n": 1})
        source = server.folder.path / "echo-source"
        source.mkdir()
        (source / "hook.yaml").write_text("runtime: bash\nentry: main.sh\n")
        (source / "main.sh").write_text('echo "{\\"version\\": 2}"\n')
        self.assertEqual(server.cli("deploy", str(source), "--name", "echo").returncode, 0)
        version = server.get("/api/v1/hooks/echo").json()["version"]
        try:
            for body, expected in [({}, 2), ({"version": version}, 2), ({"version": 1}, 1), ({"as_recorded": True}, 1)]:
                trace = self.replay(first.run, body).json()
                self.assertEqual(self.output(trace)["version"], expected, body)
            self.assertEqual(self.replay(first.run, {"version": 99}).status, 404)
            self.assertEqual(self.replay(first.run, {"version": 1, "as_recorded": True}).status, 400)
            self.assertEqual(self.replay(first.run, {"versoin": 1}).problem["hint"], "did you mean version?")
            printed = server.cli("traces", "replay", first.run, "--as-recorded")
            self.assertEqual(json.loads(printed.stdout)["version"], 1, printed)
        finally:
            self.assertEqual(server.cli("hooks", "rollback", "echo", "--to", "1").returncode, 0)

    def test_how_it_ends_is_told(self):
        run = self.server.post("/main/fails", b"7\n").run
        trace = self.replay(run).json()
        self.assertEqual((trace["status"], trace["exit_code"]), ("failed", 7))
        answer = self.replay(run, {"async": True})
        self.assertEqual(answer.status, 202)
        self.assertEqual(answer.headers["Location"], f"/api/v1/runs/{answer.json()['id']}")
        self.assertEqual(self.server.ended(answer.json()["id"])["exit_code"], 7)
        printed = self.server.cli("traces", "replay", run)
        self.assertEqual(printed.returncode, 1)
        self.assertIn("exit code 7", printed.stderr)

    def test_what_cannot_be_replayed(self):
        server = self.server
        running = server.submit("waits")
        server.running(running)
        answer = self.replay(running)
        self.assertEqual((answer.status, answer.problem["code"]), (409, "conflict"), answer)
        server.post(f"/api/v1/runs/{running}/cancel")

        long = server.post("/main/drops", b"x" * (2 << 20), headers={"Content-Type": "text/plain"})
        self.assertEqual(long.status, 200, long)
        answer = self.replay(long.run)
        self.assertEqual((answer.status, answer.problem["code"]), (409, "conflict"), "1 MiB of 2 is on record")

        gone = server.call("gone").run
        self.assertEqual(server.request("DELETE", "/api/v1/hooks/gone").status, 200)
        answer = self.replay(gone)
        self.assertEqual((answer.status, answer.problem["code"]), (409, "conflict"), answer)
        self.assertEqual(self.replay("01aaaaaaaaaaaaaaaaaaaaaaaa").status, 404)

    def test_who_may(self):
        server = self.server
        run = server.call("innocent").run
        server.post("/api/v1/instances", {"name": "other"})
        secrets = {
            (instance, role): server.post(
                "/api/v1/keys", {"name": role, "role": role, "instance": instance}).json()["secret"]
            for instance in ("main", "other") for role in ("invoker", "viewer", "editor", "admin")}
        statuses = {who: self.replay(run, key=secret).status for who, secret in secrets.items()}
        self.assertEqual(statuses, {
            ("main", "invoker"): 403, ("main", "viewer"): 403, ("main", "editor"): 200, ("main", "admin"): 200,
            **{("other", role): 404 for role in ("invoker", "viewer", "editor", "admin")}})

    def test_it_survives_a_restart(self):
        run = self.server.post("/main/echo?k=1", b"kept", headers={"Content-Type": "text/plain"}).run
        self.server.stop()
        self.server.start()
        trace = self.replay(run).json()
        self.assertEqual(self.output(trace)["input"], "a2VwdA==")


if __name__ == "__main__":
    unittest.main()
