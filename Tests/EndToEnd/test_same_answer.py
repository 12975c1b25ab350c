"""A request that is sent again with its Idempotency-Key gets the first one's answer, all of it; and a signed hook shows
nobody an answer who cannot sign."""

import hashlib
import hmac
import unittest

from harness import ServerCase, eventually

SECRET = "it is a secret to everybody"

ANSWERS = """
    import grapnel, os, sys

    print("ran", file=sys.stderr)
    kind = os.environ.get("QUERY_STRING")
    if kind == "teapot":
        grapnel.respond(418, {"Content-Type": "application/x-tea", "X-Cup": "first", "Cache-Control": "max-age=5"})
        grapnel.header("X-Cup", "second")
        grapnel.header("Set-Cookie", "a=1; Path=/")
        grapnel.header("Set-Cookie", "b=2; Path=/")
        sys.stdout.buffer.write(bytes(range(256)) * 5)
    elif kind == "trailers":
        grapnel.header("Content-Type", "text/csv")
        grapnel.flush()
        print("a,b")
        grapnel.trailers({"X-Rows": "1"})
    elif kind == "result":
        grapnel.result({"list": [1, 2.5, None], "text": "ünï"})
    elif kind == "null":
        grapnel.result(None)
    elif kind == "own error":
        grapnel.respond(409, {"X-Why": "mine"})
        print("no")
        sys.exit(3)
    elif kind == "empty":
        pass
    elif kind == "redirect":
        grapnel.respond(302, {"Location": "/elsewhere"})
    elif kind == "exception":
        raise ValueError("thrown")
    elif kind == "long":
        sys.stdout.write("x" * 300000)
"""
KINDS = ["teapot", "trailers", "result", "null", "own%20error", "empty", "redirect", "exception", "long"]
#: what belongs to a message and not to the answer in it
OF_THE_MESSAGE = {"date", "traceparent", "idempotency-replayed", "transfer-encoding", "content-length", "connection"}


def sign(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def yaml(endpoint):
    return f"runtime: python\nentry: main.py\nendpoint: {endpoint}\n"


class SameAnswer(ServerCase):
    hooks = {
        "held": {"hook.yaml": yaml("{}"), "main.py": ANSWERS},
        "streamed": {"hook.yaml": yaml("{stream: true}"), "main.py": ANSWERS},
        "mine": {
            "hook.yaml": yaml("{signature: {scheme: hmac, secret: S, header: X-Sig, prefix: sha256=}}"),
            "main.py": "import sys\nprint('answer to', sys.stdin.read())\n",
        },
        "github": {
            "hook.yaml": yaml("{signature: {scheme: github, secret: S}}"),
            "main.py": "import os, sys\nprint('pushed', sys.stdin.read())\nsys.exit(int(os.environ.get('HTTP_X_EXIT', 0)))\n",
        },
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        answer = cls.server.request("PUT", "/api/v1/env/S", {"value": SECRET, "secret": True})
        assert answer.status == 200, answer

    def count(self, hook):
        return len(self.server.runs(hook=hook, limit=1000))

    def same(self, first, again):
        """What of two answers has to be the same."""
        def fields(answer):
            return sorted((n.lower(), v) for n, v in answer.headers.items() if n.lower() not in OF_THE_MESSAGE)

        self.assertEqual((again.status, fields(again), again.body), (first.status, fields(first), first.body))
        self.assertNotIn("Idempotency-Replayed", first.headers)
        self.assertEqual(again.headers["Idempotency-Replayed"], "true", again)

    def test_status_headers_and_body(self):
        for hook in ("held", "streamed"):
            for kind in KINDS:
                with self.subTest(hook=hook, kind=kind):
                    before = self.count(hook)
                    first, again = (
                        self.server.post(f"/main/{hook}?{kind}", b"x", headers={"Idempotency-Key": f"key-{kind}"})
                        for _ in range(2))
                    self.same(first, again)
                    self.assertEqual(self.count(hook), before + 1)
        tea = self.server.post("/main/held?teapot", b"x", headers={"Idempotency-Key": "key-teapot"})
        self.assertEqual((tea.status, len(tea.body)), (418, 1280))
        self.assertEqual(tea.headers.get_all("Set-Cookie"), ["a=1; Path=/", "b=2; Path=/"])

    def test_over_a_restart_and_by_other_callers(self):
        server = self.server
        first = server.post("/main/held?result", b"y", headers={"Idempotency-Key": "lasting"})
        other = server.post("/api/v1/keys", {"name": "other", "role": "invoker"}).json()["secret"]
        stranger = server.post("/main/held?result", b"y", headers={"Idempotency-Key": "lasting"}, key=other)
        self.assertNotEqual(stranger.run, first.run, "another caller's key is another key")
        server.stop()
        server.start()
        self.same(first, server.post("/main/held?result", b"y", headers={"Idempotency-Key": "lasting"}))

    def test_the_words_of_the_request_count(self):
        def ask(path="/main/held?empty", body=b"z", kind="text/plain", method="POST"):
            return self.server.request(
                method, path, body, headers={"Idempotency-Key": "words", "Content-Type": kind}).status

        self.assertEqual(ask(), 200)
        self.assertEqual(ask(), 200)
        for change in ({"path": "/main/held?null"}, {"path": "/main/held/x?empty"}, {"body": b"Z"},
                       {"kind": "text/html"}, {"method": "PUT"}):
            self.assertEqual(ask(**change), 422, change)

    def test_a_signed_hook_answers_again_only_what_is_signed(self):
        server = self.server
        body = b'{"n": 1}'
        headers = {"Idempotency-Key": "signed", "X-Sig": sign(body), "Content-Type": "application/json"}
        before = self.count("mine")

        def ask(body=body, key=None, **changes):
            return server.post("/main/mine", body, headers=headers | changes, key=key)

        first = ask()
        self.assertEqual((first.status, first.body), (200, b'answer to {"n": 1}\n'))
        self.same(first, ask())
        for wrong in ({"X-Sig": sign(body, "another")}, {"X-Sig": ""}, {"X-Sig": "sha256="}):
            answer = ask(**wrong)
            self.assertEqual((answer.status, answer.run), (401, None), answer)
            self.assertNotIn("answer to", answer.text)
        # Not even for a key of the whole host: the hook relies on the signature.
        self.assertEqual(ask(key=server.key, **{"X-Sig": sign(b"other")}).status, 401)
        # A signed body of another kind is no way around the first one's.
        other = b'{"n": 2}'
        self.assertEqual(ask(other, **{"X-Sig": sign(other)}).status, 422)
        self.assertEqual(self.count("mine"), before + 1)

    def test_a_refused_signature_takes_no_key(self):
        body = b"later"
        headers = {"Idempotency-Key": "taken?", "X-Sig": sign(b"not this")}
        self.assertEqual(self.server.post("/main/mine", body, headers=headers, key=None).status, 401)
        answer = self.server.post("/main/mine", body, headers=headers | {"X-Sig": sign(body)}, key=None)
        self.assertEqual((answer.status, answer.body), (200, b"answer to later\n"))
        self.assertNotIn("Idempotency-Replayed", answer.headers)

    def test_a_delivery_of_github_takes_no_key(self):
        """The signature does not cover the header: it must not get a repeated delivery another answer than its own."""
        body = b"{}"
        before = self.count("github")

        def deliver(delivery, **more):
            return self.server.post("/main/github", body, key=None, headers={
                "X-Hub-Signature-256": sign(body), "X-GitHub-Delivery": delivery} | more)

        refused = deliver("d1", **{"Idempotency-Key": "push"})
        self.assertEqual((refused.status, refused.problem["field"]), (400, "Idempotency-Key"), refused)
        self.assertEqual(deliver("d1").status, 200)
        repeated = deliver("d1")
        self.assertEqual((repeated.status, repeated.problem["field"]), (409, "X-GitHub-Delivery"), repeated)
        self.assertEqual(deliver("d1", **{"Idempotency-Key": "push"}).status, 400)
        self.assertEqual(self.count("github"), before + 1)
        # One that failed may come again.
        for _ in range(2):
            self.assertEqual(deliver("d3", **{"X-Exit": "3"}).status, 502)

    def test_while_the_first_runs_nothing_says_that_it_is_replayed(self):
        running = self.server.connect()
        self.addCleanup(running.close)
        self.server.write("slow.sh", "read -r x; echo begun >&2; sleep 60\n")
        self.server.deployed("slow")
        headers = self.server.headers({"Idempotency-Key": "slow"})
        running.request("POST", "/main/slow", b"x", headers=headers)
        run = eventually(lambda: self.server.runs(hook="slow"))[0]["id"]
        again = self.server.post("/main/slow", b"x", headers={"Idempotency-Key": "slow"})
        self.assertEqual((again.status, again.run), (409, run), again)
        self.assertNotIn("Idempotency-Replayed", again.headers)
        self.assertEqual(self.server.post(f"/api/v1/runs/{run}/cancel").status, 200)


if __name__ == "__main__":
    unittest.main()
