"""Variables and secrets: which runs get them, that nothing keeps them in the clear, and what happens without the key."""

import base64
import json
import os
import pty
import sqlite3
import time
import unittest
import urllib.parse

from harness import GRAPNEL, OpenRequest, Server, ServerCase, eventually

SECRET = 'sk_live "Zoë" 4eC39HqLyj/?&'
OTHER = "the-other-secret"

SHOW = """
    import json, os
    names = ("PLAIN", "LEVEL", "STRIPE_KEY", "OTHER_KEY", "MISSING")
    config = json.loads(os.environ["HOOK_CONFIG"])
    print(json.dumps({"env": {name: os.environ[name] for name in names if name in os.environ}, "config": config}))
"""


def definition(**more):
    return "\n".join(["runtime: python", "entry: main.py", *(f"{key}: {value}" for key, value in more.items())]) + "\n"


def forms(secret):
    """What must be found nowhere."""
    data = secret.encode()
    return [
        data, base64.b64encode(data), base64.urlsafe_b64encode(data), urllib.parse.quote(secret).encode(),
        urllib.parse.quote_plus(secret).encode(), json.dumps(secret)[1:-1].encode(),
        json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
    ]


class Secrets(ServerCase):
    hooks = {
        "show": {"hook.yaml": definition(env="{LEVEL: yaml}", config="{b: yaml, c: yaml}"), "main.py": SHOW},
        "named": {"hook.yaml": definition(secrets="[STRIPE_KEY]"), "main.py": SHOW},
        "missing": {"hook.yaml": definition(secrets="[MISSING]", endpoint="{public: true}"), "main.py": SHOW},
        "leaks": {
            "hook.yaml": definition(secrets="[STRIPE_KEY]"),
            "main.py": """
                import base64, json, os, sys, time, urllib.parse

                def handler(payload, hook):
                    secret = os.environ["STRIPE_KEY"]
                    forms = [
                        secret, base64.b64encode(secret.encode()).decode(), urllib.parse.quote(secret),
                        urllib.parse.quote_plus(secret), json.dumps(secret), json.dumps(secret, ensure_ascii=False),
                    ]
                    # In pieces, so that no piece holds a whole secret.
                    for form in forms:
                        for place in (sys.stdout, sys.stderr):
                            for start in range(0, len(form), 5):
                                place.write(form[start:start + 5])
                                place.flush()
                            place.write("\\n")
                    sys.stderr.write("x" * (16 * 1024 - 4) + secret + "\\n")
                    for form in forms:
                        hook.log.info({"form": form, form: [form]})
                    hook.header("X-Secret", secret.encode("ascii", "ignore").decode())
                    if payload.get("fail"):
                        raise ValueError(f"it does not like {secret}")
                    return {"forms": forms}
            """,
        },
        "waits": {
            "hook.yaml": definition(secrets="[OTHER_KEY]", limits="{concurrency: 1}"),
            "main.py": "import sys, time\nsys.stdin.read()\nprint('done')\n",
        },
    }

    def set(self, name, value, **more):
        answer = self.server.request("PUT", f"/api/v1/env/{name}", {"value": value, **more})
        self.assertEqual(answer.status, 200, answer)
        return answer

    def remove(self, name, query=""):
        self.assertEqual(self.server.request("DELETE", f"/api/v1/env/{name}{query}").status, 204)

    def show(self, hook):
        answer = self.server.call(hook)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def test_levels(self):
        before = self.show("show")
        self.assertEqual(before, {"env": {"LEVEL": "yaml"}, "config": {"b": "yaml", "c": "yaml"}})
        for name, value in (("PLAIN", "instance"), ("LEVEL", "instance")):
            self.set(name, value)
        for name in "abc":
            self.set(name, ["instance"], kind="config")
        self.set("LEVEL", "hook", hook="show")
        self.set("c", {"of": "hook"}, hook="show", kind="config")
        self.assertEqual(
            self.show("show"),
            {"env": {"PLAIN": "instance", "LEVEL": "hook"},
             "config": {"a": ["instance"], "b": "yaml", "c": {"of": "hook"}}})
        # The next run sees a change, and other hooks do not see the hook's own.
        self.remove("LEVEL", "?hook=show")
        self.assertEqual(self.show("show")["env"], {"PLAIN": "instance", "LEVEL": "yaml"})
        self.set("STRIPE_KEY", SECRET, secret=True)
        self.assertEqual(self.show("named")["env"], {"PLAIN": "instance", "LEVEL": "instance", "STRIPE_KEY": SECRET})
        for name in ("PLAIN", "LEVEL", "STRIPE_KEY"):
            self.remove(name)
        for query in ("a?kind=config", "b?kind=config", "c?kind=config", "c?kind=config&hook=show"):
            self.remove(query)
        self.assertEqual(self.show("show"), before)

    def test_only_named_secrets_reach_a_run(self):
        self.set("STRIPE_KEY", SECRET, secret=True)
        self.set("OTHER_KEY", OTHER, secret=True)
        self.assertEqual(self.show("show")["env"], {"LEVEL": "yaml"})
        self.assertEqual(self.show("named")["env"], {"STRIPE_KEY": SECRET})
        self.set("STRIPE_KEY", "of the hook", secret=True, hook="named")
        self.assertEqual(self.show("named")["env"], {"STRIPE_KEY": "of the hook"})
        self.remove("STRIPE_KEY", "?hook=named")
        self.remove("STRIPE_KEY")
        self.remove("OTHER_KEY")

    def test_without_its_secret_a_run_is_blocked(self):
        for key in (self.server.key, None):
            answer = self.server.call("missing", key=key)
            self.assertEqual(answer.status, 503, answer)
            self.assertIn("the secret MISSING is not set", answer.problem["message"])
            self.assertIn("grapnel env set MISSING --secret", answer.problem["hint"])
            trace = self.assert_trace(answer.json()["run"], "blocked", "secret", None)
            self.assertIn("MISSING", trace["failure"]["message"])
            self.assertNotIn("started_at", trace)
        answer = self.server.post("/main/missing?_async=1", {})
        self.assertEqual((answer.status, answer.problem["code"]), (503, "unavailable"))
        # Set in the clear it is no secret.
        self.set("MISSING", "plain")
        self.assertIn("not as a secret", self.server.call("missing").problem["message"])
        self.remove("MISSING")
        self.set("MISSING", "long enough", secret=True)
        self.assertEqual(self.show("missing")["env"], {"MISSING": "long enough"})
        self.remove("MISSING")

    def test_a_secret_that_goes_while_a_run_waits(self):
        self.set("OTHER_KEY", OTHER, secret=True)
        with OpenRequest(self.server, "/main/waits") as first:
            eventually(lambda: self.server.runs(hook="waits", status="running"), what="the first run")
            run = self.server.submit("waits")
            self.assertEqual(self.server.trace(run)["status"], "queued")
            self.remove("OTHER_KEY")
            first.finish()
            trace = self.server.ended(run)
        self.assertEqual((trace["status"], trace["failure"]["reason"]), ("blocked", "secret"), trace)
        self.assertNotIn("output", [name for name in trace["bodies"] if trace["bodies"][name] == "done\n"])

    def test_nothing_keeps_a_secret_in_the_clear(self):
        self.set("STRIPE_KEY", SECRET, secret=True)
        for payload in ({}, {"fail": True}):
            answer = self.server.call("leaks", payload)
            self.assertEqual(answer.status, 502 if payload else 200)
            if not payload:
                # What it answers is its own business.
                self.assertIn(SECRET, answer.text)
                self.assertIn(base64.b64encode(SECRET.encode()).decode(), answer.text)
            trace = self.server.get(f"/api/v1/runs/{answer.run}")
            logs = self.server.get(f"/api/v1/logs?run={answer.run}&limit=100")
            self.assertGreater(len(logs.json()["items"]), 12)
            events = answer.body if payload else b""
            for text in (trace.body, logs.body, events, self.server.cli("traces", "show", answer.run).stdout.encode()):
                for form in forms(SECRET):
                    self.assertNotIn(form, text)
            self.assertGreaterEqual(trace.json()["bodies"]["output"]["text"].count("***"), 6)
            if not payload:
                self.assertEqual(trace.json()["bodies"]["result"], {"forms": ["***"] * 4 + ['"***"'] * 2})
            else:
                self.assertIn("it does not like ***", trace.json()["failure"]["message"])
                self.assertIn("***", trace.json()["failure"]["traceback"])
        # Nothing on the disk either, in whatever table or file; the sealed form is no form of it.
        for path in self.server.data.rglob("*"):
            if path.is_file() and "bundles" not in path.parts:
                data = path.read_bytes()
                for form in forms(SECRET):
                    self.assertNotIn(form, data, path)
        self.remove("STRIPE_KEY")

    def test_the_live_tail_is_masked(self):
        self.set("STRIPE_KEY", SECRET, secret=True)
        with self.server.raw(
            f"GET /api/v1/logs/stream?hook=leaks HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {self.server.key}\r\n\r\n"
        ) as tail:
            data = b""
            while b": tail" not in data:
                data += tail.recv(65536)
            run = self.server.call("leaks").run
            while data.count(b"event: log") < 13:
                data += tail.recv(65536)
        self.assertIn(run.encode(), data)
        for form in forms(SECRET):
            self.assertNotIn(form, data)
        self.remove("STRIPE_KEY")

    def test_no_process_of_the_host_shows_it(self):
        """The launcher gets the environment in memory that has no name; no command line and no other environment."""
        self.set("OTHER_KEY", OTHER, secret=True)
        with OpenRequest(self.server, "/main/waits") as request:
            eventually(lambda: self.server.runs(hook="waits", status="running"), what="the run")
            for pid in (self.server.pid, self.server.launcher):
                for file in ("cmdline", "environ"):
                    with open(f"/proc/{pid}/{file}", "rb") as stream:
                        self.assertNotIn(OTHER.encode(), stream.read())
            request.finish()
        self.remove("OTHER_KEY")

    def test_the_command_line(self):
        cli = self.server.cli
        self.assertEqual(cli("env", "set", "PLAIN=from the cli", "--hook", "named").returncode, 0)
        done = cli("env", "set", "STRIPE_KEY", "--secret", "--hook", "named", input=SECRET + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.show("named")["env"], {"PLAIN": "from the cli", "STRIPE_KEY": SECRET})
        listed = cli("env", "ls", "--hook", "named")
        self.assertRegex(listed.stdout, r"STRIPE_KEY +secret +.*\(sealed\)")
        self.assertIn("from the cli", listed.stdout)
        self.assertNotIn(SECRET, listed.stdout + cli("env", "ls", "--hook", "named", "--json").stdout)
        refused = cli("env", "set", "STRIPE_KEY=" + OTHER, "--secret")
        self.assertEqual(refused.returncode, 2)
        short = cli("env", "set", "STRIPE_KEY", "--secret", input="abc")
        self.assertEqual(short.returncode, 2)
        self.assertIn("at least 4 bytes", short.stderr)
        for name in ("PLAIN", "STRIPE_KEY"):
            self.assertEqual(cli("env", "rm", name, "--hook", "named").returncode, 0)
        self.assertEqual(cli("env", "rm", "PLAIN", "--hook", "named").returncode, 5)

    def test_a_person_is_asked_without_an_echo(self):
        process, terminal = pty.fork()
        if process == 0:
            os.environ.update({"GRAPNEL_SERVER": self.server.url, "GRAPNEL_KEY": self.server.key})
            os.execv(GRAPNEL, ["grapnel", "env", "set", "STRIPE_KEY", "--secret", "--hook", "named"])
        seen = b""
        while b"value of STRIPE_KEY: " not in seen:
            seen += os.read(terminal, 1024)
        os.write(terminal, b"typoo\x7f" + b"\x7f" * 4 + SECRET.encode() + b"\n")
        while b"is set" not in seen:
            seen += os.read(terminal, 1024)
        self.assertEqual(os.waitpid(process, 0)[1], 0)
        os.close(terminal)
        self.assertNotIn(b"sk_live", seen)
        self.assertEqual(self.show("named")["env"], {"STRIPE_KEY": SECRET})
        self.remove("STRIPE_KEY", "?hook=named")

    def test_events_say_who_and_what_and_no_value(self):
        self.set("OTHER_KEY", OTHER, secret=True)
        self.remove("OTHER_KEY")
        with sqlite3.connect(f"file:{self.server.data}/grapnel.db?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT kind, actor, data FROM events WHERE kind LIKE 'env.%' ORDER BY sequence DESC LIMIT 2").fetchall()
        self.assertEqual([row[0] for row in rows], ["env.removed", "env.set"])
        for _, actor, data in rows:
            self.assertTrue(actor.startswith("key:"))
            self.assertEqual(json.loads(data), {"kind": "env", "name": "OTHER_KEY", "secret": True})


class LostKey(unittest.TestCase):
    """The server's file of the key is gone, or another one."""

    def test_secrets_stay_closed(self):
        server = Server({"named": {"hook.yaml": definition(secrets="[STRIPE_KEY]"), "main.py": SHOW}})
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        server.start()
        server.deployed("named")
        key = server.data / "sealing.key"
        self.assertFalse(key.exists())
        server.request("PUT", "/api/v1/env/STRIPE_KEY", {"value": SECRET, "secret": True})
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.assertEqual(server.call("named").status, 200)
        kept = key.read_bytes()
        for content, words in ((None, "is gone"), (bytes(32), "another key")):
            server.stop()
            key.unlink()
            if content is not None:
                status = server.data.stat()
                key.write_bytes(content)
                os.chmod(key, 0o600)
                os.chown(key, status.st_uid, status.st_gid)
            server.start()
            answer = server.call("named")
            self.assertEqual(answer.status, 503, answer)
            self.assertIn("STRIPE_KEY cannot be opened", answer.problem["message"])
            self.assertIn(words, answer.problem["message"])
            refused = server.request("PUT", "/api/v1/env/NEW", {"value": SECRET, "secret": True})
            if content is None:
                # A new key would hide that the old one is missing.
                self.assertEqual(refused.status, 503, refused)
                self.assertFalse(key.exists())
                key.write_bytes(kept)
                os.chmod(key, 0o600)
                os.chown(key, server.data.stat().st_uid, server.data.stat().st_gid)
        server.stop()


if __name__ == "__main__":
    unittest.main()
