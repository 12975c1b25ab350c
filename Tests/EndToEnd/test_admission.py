"""Who may ask how often, pages of other origins, and requests that are sent again, through the real server and kill -9."""

import http.client
import threading
import unittest

from harness import ServerCase, eventually

# Says how often it ran: a run has no memory, so it counts by what its log holds.
ONCE = """
    import sys

    def handler(payload):
        print("ran", file=sys.stderr)
        return {"n": payload.get("n")}
"""


def hook(endpoint, code="def handler(payload):\n    return 'ok'\n", more=""):
    return {
        "hook.yaml": f"runtime: python\nentry: main.py\nendpoint: {endpoint}\n{more}", "main.py": code,
    }


class Rates(ServerCase):
    hooks = {
        "rated": hook("{public: true, rate: {per_address: 3/1h}}"),
        "keyed": hook("{rate: {per_key: 2/1h}}"),
    }
    options = {"config": "http: {trusted_proxies: [127.0.0.1], rate: {failed_keys: 5/1h}}\n"}

    def test_rates(self):
        behind = lambda address: {"X-Forwarded-For": address}
        answers = [self.server.get("/main/rated", key=None, headers=behind("192.0.2.1")) for _ in range(4)]
        self.assertEqual([each.status for each in answers], [200, 200, 200, 429])
        self.assertEqual(answers[0].headers["RateLimit-Policy"], '"hook_per_address";q=3;w=3600')
        self.assertIn('"hook_per_address";r=2;t=', answers[0].headers["RateLimit"])
        self.assertEqual(answers[3].problem["code"], "too_many")
        self.assertGreater(int(answers[3].headers["Retry-After"]), 600)
        other = self.server.get("/main/rated", key=None, headers=behind("192.0.2.1, 192.0.2.2"))
        self.assertEqual(other.status, 200)
        self.assertEqual(self.server.trace(other.run)["request"]["remote_address"], "192.0.2.2")
        self.assertEqual([self.server.get("/main/keyed").status for _ in range(3)], [200, 200, 429])

    def test_wrong_keys(self):
        behind = {"X-Forwarded-For": "192.0.2.9"}
        statuses = [self.server.get("/main/keyed", key="wrong", headers=behind).status for _ in range(6)]
        self.assertEqual(statuses, [401] * 5 + [429])
        self.assertEqual(self.server.get("/api/v1/version", headers=behind).status, 429)
        self.assertEqual(self.server.get("/api/v1/version").status, 200)


class Pages(ServerCase):
    hooks = {
        "shared": hook("{methods: [POST], cors: {origins: [https://app.example], credentials: true}}"),
        "wrong": hook("{cors: {origins: '*', credentials: true}}"),
    }

    def test_pages(self):
        page = {"Origin": "https://app.example"}
        question = page | {"Access-Control-Request-Method": "POST"}
        answer = self.server.request("OPTIONS", "/main/shared", key=None, headers=question)
        self.assertEqual((answer.status, answer.run), (204, None))
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://app.example")
        self.assertEqual(answer.headers["Access-Control-Allow-Methods"], "POST")
        self.assertEqual(self.server.get("/api/v1/runs?hook=shared").json()["items"], [])
        for key, status in (("", 200), (None, 401)):
            answer = self.server.post("/main/shared", {}, key=key, headers=page)
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://app.example")
            self.assertEqual(answer.headers["Vary"], "Origin")
        stranger = self.server.post("/main/shared", {}, headers={"Origin": "https://evil.example"})
        self.assertEqual(stranger.status, 200)
        self.assertNotIn("Access-Control-Allow-Origin", stranger.headers)

    def test_a_wrong_rule_is_said_with_its_line(self):
        eventually(lambda: "wrong/hook.yaml:3" in self.server.log(), what="the error in the log")


class Again(ServerCase):
    hooks = {
        "once": hook("{public: false}", ONCE),
        "big": hook("{}", "print('x' * 2000000)\n", "limits: {output: 4MiB}\n"),
        "fails": hook("{}", "import sys\nprint('ran', file=sys.stderr)\nsys.exit(3)\n"),
        "slow": {
            "hook.yaml": "runtime: executable\nentry: main\nlimits: {timeout: 600s}\n",
            "main": "#!/bin/sh\necho begun >&2\nexec sleep 600\n",
        },
        "brief": {
            "hook.yaml": "runtime: executable\nentry: main\n",
            "main": "#!/bin/sh\necho begun >&2\nsleep 1\necho done\n",
        },
    }

    def ask(self, hook, key, payload=None, query="", **options):
        return self.server.post(
            f"/main/{hook}{query}", payload or {"n": 1}, headers={"Idempotency-Key": key}, **options)

    def runs(self, hook):
        return self.server.get(f"/api/v1/runs?hook={hook}").json()["items"]

    def test_once(self):
        before = len(self.runs("once"))
        first, second = self.ask("once", "a"), self.ask("once", "a")
        self.assertEqual((first.status, first.json()), (200, {"n": 1}))
        self.assertEqual((second.status, second.body, second.run), (200, first.body, first.run))
        self.assertEqual(second.headers["Content-Type"], first.headers["Content-Type"])
        self.assertEqual(second.headers["Idempotency-Replayed"], "true")
        self.assertEqual(self.ask("once", "a", {"n": 2}).status, 422)
        self.assertEqual(len(self.runs("once")), before + 1)

    def test_at_once(self):
        """Of many requests that come together with one key, one runs."""
        before = len(self.runs("once"))
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(self.ask("once", "together"))) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual({each.status for each in answers}, {200, 409})
        self.assertEqual(len({each.run for each in answers}), 1, answers)
        self.assertEqual(len(self.runs("once")), before + 1)
        self.assertEqual(self.ask("once", "together").status, 200)

    def test_asynchronous(self):
        first, second = (self.ask("once", "later", query="?_async=1") for _ in range(2))
        self.assertEqual((first.status, second.status), (202, 202))
        self.assertEqual(first.run, second.run)
        self.server.ended(first.run)
        self.assertEqual(self.ask("once", "later", query="?_async=1").run, first.run)

    def test_failures_and_long_answers(self):
        first, second = self.ask("fails", "a"), self.ask("fails", "a")
        self.assertEqual((first.status, second.status, second.run), (502, 502, first.run))
        self.assertEqual(len(self.runs("fails")), 1)
        first, second = self.ask("big", "a"), self.ask("big", "a")
        self.assertEqual((first.status, len(first.body)), (200, 2000001))
        self.assertEqual((second.status, second.json()["run"]), (409, first.run))

    def test_a_caller_may_come_back(self):
        connection = self.server.connect()
        body = b'{"n": 1}'
        headers = self.server.headers({"Idempotency-Key": "back", "Content-Type": "application/json"})
        connection.request("POST", "/main/brief", body=body, headers=headers)
        run = eventually(lambda: self.runs("brief"))[0]["id"]
        connection.close()

        def again():
            return self.server.request(
                "POST", "/main/brief", body=body,
                headers={"Idempotency-Key": "back", "Content-Type": "application/json"})

        self.assertEqual(again().run, run)
        answer = eventually(lambda: (lambda each: each.status == 200 and each)(again()))
        self.assertEqual((answer.body, answer.run), (b"done\n", run))
        self.assertEqual(len(self.runs("brief")), 1)

    def test_kill(self):
        """What ran when the server was killed is not run again by its key."""

        def send():
            try:
                self.ask("slow", "killed", timeout=30)
            except (OSError, http.client.HTTPException):
                pass

        thread = threading.Thread(target=send)
        thread.start()
        run = eventually(lambda: self.runs("slow"))[0]["id"]
        self.assertEqual(self.ask("slow", "killed").status, 409)
        self.server.crash()
        thread.join()
        self.server.start()
        answer = self.ask("slow", "killed")
        self.assertEqual((answer.status, answer.run, answer.json()["run"]), (503, run, run))
        self.assertEqual(len(self.runs("slow")), 1)


if __name__ == "__main__":
    unittest.main()
