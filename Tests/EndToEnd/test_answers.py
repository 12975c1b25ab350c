"""What callers are answered at the edges, who may see the run afterwards, and what its trace says."""

import unittest

from harness import Server, ServerCase, eventually

PARAMETERS = 11
LONG = "x" * (92 << 10)


class Answers(ServerCase):
    hooks = {
        "late": {
            "hook.yaml": """
                runtime: bash
                entry: main.sh
                endpoint: {deadline: 200ms}
                limits: {timeout: 60s}
            """,
            "main.sh": "sleep 1.5\necho late\n",
        },
        "wide": {
            "hook.yaml": "runtime: python\nentry: main.py\nparameters: {properties: {%s}}\n"
            % ", ".join(f"p{number}: {{type: string}}" for number in range(PARAMETERS)),
            "main.py": "def handler(payload):\n    return len(payload)\n",
        },
        "unfinished": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nparameters: {properties: {code: {type: integer}}}\n",
            "main.sh": """printf '90:{"type":"result","value":[1,' >&3\nexit "$PARAM_CODE"\n""",
        },
        "returns": {
            "hook.yaml": "runtime: python\nentry: main.py\n",
            "main.py": """
                def handler(payload, hook):
                    if "print" in payload:
                        print(payload["print"], end="")
                    if "flush" in payload:
                        hook.flush()
                    if "status" in payload:
                        hook.respond(payload["status"])
                        hook.result("sorry")
                        raise SystemExit(3)
                    return payload.get("value")
            """,
        },
    }

    def key(self, role):
        return self.server.post("/api/v1/keys", {"name": "test", "role": role, "instance": "main"}).json()["secret"]

    def test_the_key_that_started_a_run_may_follow_it(self):
        mine, other = self.key("invoker"), self.key("invoker")
        for path in ("/main/late", "/main/late?_async=1"):
            with self.subTest(path):
                answer = self.server.get(path, key=mine)
                self.assertEqual(answer.status, 202, answer)
                location = answer.headers["Location"]
                self.assertIn(self.server.get(location, key=mine).json()["status"], ("queued", "running"))
                self.assertEqual(self.server.get(location, key=other).status, 403)
                self.assertEqual(self.server.post(f"{location}/cancel", key=mine).status, 403)
                trace = eventually(
                    lambda: self.server.get(location, key=mine).json().get("ended_at")
                    and self.server.get(location, key=mine).json())
                self.assertEqual((trace["status"], trace["bodies"]["output"]["text"]), ("succeeded", "late\n"))
                self.assertEqual(trace["async"], path.endswith("=1"))

    def test_what_does_not_fit_into_an_environment_is_refused(self):
        payload = {f"p{number}": LONG for number in range(PARAMETERS)}
        answer = self.server.call("wide", payload)
        self.assertEqual((answer.status, answer.body), (200, b"11\n"), answer)
        headers = {"X-Long": "y" * (20 << 10)}
        for query in ("", "&_async=1"):
            with self.subTest(query):
                answer = self.server.post(f"/main/wide?pad={'z' * (30 << 10)}{query}", payload, headers=headers)
                self.assertEqual((answer.status, answer.problem["code"]), (413, "too_large"), answer)
                self.assertIn("environment", answer.problem["message"])
                self.assertIsNone(answer.run)
        self.assertEqual(len(self.server.runs(hook="wide")), 1)
        answer = self.server.get("/main/wide/a%00b")
        self.assertEqual(answer.status, 400, answer)
        self.assertEqual(len(self.server.runs(hook="wide")), 1)

    def test_a_control_frame_that_is_not_whole(self):
        answer = self.server.call("unfinished", {"code": 0})
        self.assertEqual(answer.status, 502, answer)
        self.assert_trace(answer.run, "failed", "control")
        answer = self.server.call("unfinished", {"code": 3})
        self.assert_trace(answer.run, "failed", "exit")

    def test_bytes_out_counts_the_body(self):
        for payload, status, body in (
            ({"value": {"a": [1]}}, 200, b'{"a":[1]}\n'),
            ({"value": "h\u00e9"}, 200, "h\u00e9".encode()),
            ({"value": None}, 204, b""),
            ({"print": "printed", "value": {"a": 1}}, 200, b"printed"),
            ({"flush": True, "value": {"a": 1}}, 200, b'{"a":1}\n'),
            ({"status": 418}, 418, b"sorry"),
        ):
            with self.subTest(payload):
                answer = self.server.call("returns", payload)
                self.assertEqual((answer.status, answer.body), (status, body), answer)
                self.assertEqual(self.server.ended(answer.run)["bytes_out"], len(body))

    def test_members_are_in_snake_case(self):
        answer = self.server.post("/main/returns", {"value": 1})
        request = self.server.ended(answer.run)["request"]
        self.assertEqual((request["content_type"], request["remote_address"]), ("application/json", "127.0.0.1"))
        self.assertEqual(self.server.get("/api/v1/hooks/returns").json()["bundle"]["file_count"], 2)


class NetworkTakenBack(unittest.TestCase):
    """A hook that was deployed while the operator allowed the host's network, after that is taken back."""

    def test_its_runs_are_blocked_for_that_reason(self):
        hook = {"hook.yaml": "runtime: bash\nentry: main.sh\nnetwork: host\n", "main.sh": "echo up\n"}
        server = Server({"connected": hook}, config="sandbox: {allow_host_network: true}\n")
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        server.start()
        server.deployed("connected")
        answer = server.call("connected")
        self.assertEqual((answer.status, answer.body), (200, b"up\n"), answer)
        server.stop()
        (server.folder.path / "grapnel.yaml").write_text("sandbox: {allow_host_network: false}\n")
        server.start()
        answer = server.call("connected")
        self.assertEqual((answer.status, answer.problem["field"]), (503, "network"), answer)
        trace = server.ended(answer.run)
        self.assertEqual(trace["status"], "blocked", trace)
        failure = trace["failure"]
        self.assertEqual((failure["reason"], failure["setting"]), ("network", "sandbox.allow_host_network"), trace)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
