"""Every command against the real server: what it prints, where, and its exit status."""

import json
import os
import selectors
import subprocess
import unittest

import harness
from harness import ServerCase, eventually

DONE, FAILED, USAGE, UNREACHABLE, NOT_ALLOWED, NOT_FOUND, TRY_AGAIN = range(7)


class Commands(ServerCase):
    hooks = {
        "greet": {
            "hook.yaml": """
                runtime: python
                entry: main.py
                description: Greets a person
                parameters: {properties: {name: {type: string, default: world}}}
            """,
            "main.py": """
                import sys


                def handler(payload):
                    print("greeting", payload["name"], file=sys.stderr)
                    return f"Hello, {payload['name']}!"
            """,
        },
        "fails.py": "def handler(payload):\n    raise KeyError('missing')\n",
        "binary.py": "import os\nos.write(1, bytes(range(256)))\n",
        "escapes.py": "import sys\nprint('\\x1b]0;title\\x07evil\\x1b[31m', file=sys.stderr)\nprint('ok')\n",
        "sleeper": {"hook.yaml": "runtime: executable\nentry: main\nlimits: {timeout: 600s}\n",
                    "main": "#!/bin/sh\nexec sleep 600\n"},
        "narrow": {"hook.yaml": "runtime: executable\nentry: main\nlimits: {timeout: 600s, concurrency: 1, queue: 0}\n",
                   "main": "#!/bin/sh\nexec sleep 600\n"},
    }

    def run_cli(self, *arguments, status=DONE, **options):
        result = self.server.cli(*arguments, **options)
        self.assertEqual(result.returncode, status, result)
        return result

    def json_of(self, *arguments, **options):
        return json.loads(self.run_cli(*arguments, "--json", **options).stdout)

    def test_run(self):
        result = self.run_cli("run", "greet", "-d", '{"name": "Ada"}')
        self.assertEqual(result.stdout, "Hello, Ada!")
        self.assertIn("greeting Ada", result.stderr)
        file = self.server.folder.path / "payload.json"
        file.write_text('{"name": "Grace"}')
        self.assertEqual(self.run_cli("run", "greet", "-d", f"@{file}").stdout, "Hello, Grace!")
        self.assertEqual(self.run_cli("run", "greet", "-d", "@-", input='{"name": "Joan"}').stdout, "Hello, Joan!")
        self.assertEqual(self.run_cli("run", "greet").stdout, "Hello, world!")
        trace = self.json_of("run", "greet")
        self.assertEqual((trace["status"], trace["bodies"]["result"]), ("succeeded", "Hello, world!"))

    def test_run_keeps_bytes(self):
        result = self.server.cli("run", "binary", input=b"")
        self.assertEqual((result.returncode, result.stdout), (DONE, bytes(range(256))))

    def test_run_failures(self):
        result = self.run_cli("run", "fails", status=FAILED)
        self.assertEqual(result.stdout, "")
        self.assertIn("KeyError", result.stderr)
        result = self.run_cli("run", "greet", "-d", '{"name": 5}', status=USAGE)
        self.assertIn("/name", result.stderr)
        self.assertTrue(result.stderr.startswith("error: "), result)
        self.run_cli("run", "greet", "-d", "{", status=USAGE)
        self.run_cli("run", "nowhere", status=NOT_FOUND)
        self.run_cli("run", status=USAGE)
        self.run_cli("run", "greet", "--nonsense", status=USAGE)

    def test_asynchronous(self):
        run = self.run_cli("run", "greet", "--async").stdout.strip()
        self.assertEqual(self.server.ended(run)["status"], "succeeded")
        self.assertTrue(self.json_of("run", "greet", "--async")["async"])

    def test_hooks(self):
        table = self.run_cli("hooks", "ls").stdout
        self.assertIn("greet", table)
        self.assertIn("Greets a person", table)
        names = [hook["name"] for hook in self.json_of("hooks", "ls")["items"]]
        self.assertLessEqual(set(self.hooks) - {"fails.py", "binary.py", "escapes.py"} | {"fails", "innocent"}, set(names))
        self.assertIn("python", self.run_cli("hooks", "show", "greet").stdout)
        shown = self.json_of("hooks", "show", "greet")
        self.assertEqual((shown["name"], shown["definition"]["runtime"], shown["version"]), ("greet", "python", 1))
        self.run_cli("hooks", "show", "nowhere", status=NOT_FOUND)
        refused = self.server.cli("hooks", "show", "nowhere", "--json")
        self.assertEqual(refused.returncode, NOT_FOUND)
        self.assertEqual(json.loads(refused.stderr)["error"]["code"], "not_found")

    def test_traces(self):
        run = self.server.call("greet", {"name": "Ada"}).run
        failed = self.server.call("fails", {}).run
        self.assertIn(run, self.run_cli("traces", "ls", "--hook", "greet").stdout)
        self.assertNotIn(failed, self.run_cli("traces", "ls", "--hook", "greet").stdout)
        listed = self.json_of("traces", "ls", "--status", "failed", "--since", "1h", "--limit", "5")["items"]
        self.assertIn(failed, [item["id"] for item in listed])
        self.assertEqual({item["status"] for item in listed}, {"failed"})
        self.assertEqual(len(self.json_of("traces", "ls", "--limit", "1")["items"]), 1)
        self.assertEqual(self.json_of("traces", "ls", "--since", "2099-01-01T00:00:00Z")["items"], [])
        text = self.run_cli("traces", "show", failed).stdout
        self.assertIn("KeyError", text)
        self.assertIn("failed", text)
        shown = self.json_of("traces", "show", run)
        self.assertEqual((shown["id"], shown["bodies"]["payload"]), (run, {"name": "Ada"}))
        self.run_cli("traces", "show", "0" * 26, status=NOT_FOUND)
        self.run_cli("traces", "show", "nonsense", status=USAGE)
        self.run_cli("traces", "ls", "--status", "nonsense", status=USAGE)

    def test_cancel(self):
        run = self.server.submit("sleeper")
        self.server.running(run)
        self.assertIn("cancelled", self.run_cli("traces", "cancel", run).stdout)
        self.run_cli("traces", "cancel", run, status=FAILED)
        run = self.server.submit("sleeper")
        self.server.running(run)
        self.assertEqual(self.json_of("traces", "cancel", run)["status"], "cancelled")

    def test_busy(self):
        run = self.server.submit("narrow")
        self.server.running(run)
        result = self.run_cli("run", "narrow", status=TRY_AGAIN)
        self.assertIn("try again", result.stderr)
        self.run_cli("traces", "cancel", run)

    def test_logs(self):
        run = self.server.call("escapes").run
        self.server.ended(run)
        text = self.run_cli("logs", "escapes").stdout
        self.assertIn("evil", text)
        # What a hook logs must not reach the terminal as a command (probe 41).
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\x07", text)
        page = self.json_of("logs", "escapes", "--limit", "1")
        self.assertEqual((page["items"][0]["run"], page["items"][0]["stream"]), (run, "stderr"))
        self.assertEqual(self.json_of("logs", "--run", run)["items"][0]["hook"], "escapes")

    def test_follow(self):
        environment = {"PATH": os.environ["PATH"], "GRAPNEL_SERVER": self.server.url, "GRAPNEL_KEY": self.server.key}
        command = [str(harness.GRAPNEL), "logs", "greet", "-f", "--limit", "0"]
        follower = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        try:
            os.set_blocking(follower.stdout.fileno(), False)
            seen = b""

            def has_come():
                # The follower needs a moment to subscribe: what it missed, the next run says again.
                nonlocal seen
                self.server.call("greet", {"name": "Follower"})
                with selectors.DefaultSelector() as selector:
                    selector.register(follower.stdout, selectors.EVENT_READ)
                    if selector.select(0.5):
                        seen += follower.stdout.read() or b""
                return b"greeting Follower" in seen

            eventually(has_come, what="the followed line")
        finally:
            follower.terminate()
            follower.communicate(timeout=30)

    def test_keys(self):
        made = self.run_cli("keys", "create", "ci", "--role", "invoker")
        secret = made.stdout.strip()
        self.assertRegex(secret, "^grk_[0-9A-Za-z]{40}$")
        self.assertEqual(made.stdout.count("\n"), 1)
        self.assertEqual(self.server.call("greet", key=secret).status, 200)
        keys = self.json_of("keys", "ls")["items"]
        identity = next(key["id"] for key in keys if key["name"] == "ci")
        self.assertNotIn(secret, self.run_cli("keys", "ls").stdout)
        self.assertFalse([key for key in keys if "secret" in key])
        as_invoker = {"GRAPNEL_KEY": secret}
        self.assertEqual(self.run_cli("run", "greet", environment=as_invoker).stdout, "Hello, world!")
        self.run_cli("keys", "ls", environment=as_invoker, status=NOT_ALLOWED)
        self.run_cli("traces", "ls", environment=as_invoker, status=NOT_ALLOWED)
        self.run_cli("keys", "rm", identity)
        self.run_cli("run", "greet", environment=as_invoker, status=NOT_ALLOWED)
        self.run_cli("keys", "rm", identity, status=NOT_FOUND)
        made = self.json_of("keys", "create", "brief", "--role", "viewer", "--instance", "main", "--expires", "1d")
        self.assertEqual((made["role"], made["instance"]), ("viewer", "main"))
        in_main = self.json_of("keys", "ls", "--instance", "main")["items"]
        self.assertEqual([key["id"] for key in in_main], [made["id"]])
        self.assertGreater(len(self.json_of("keys", "ls")["items"]), 1)
        self.run_cli("keys", "ls", "--instance", "nowhere", status=NOT_FOUND)
        self.assertTrue(made["expires_at"])
        self.run_cli("keys", "rm", made["id"])
        self.run_cli("keys", "create", "x", "--role", "emperor", status=USAGE)

    def test_no_server(self):
        nowhere = {"GRAPNEL_SERVER": "http://127.0.0.1:1"}
        self.assertTrue(self.run_cli("hooks", "ls", environment=nowhere, status=UNREACHABLE).stderr.strip())
        self.run_cli("hooks", "ls", environment={"GRAPNEL_KEY": "grk_" + "0" * 40}, status=NOT_ALLOWED)
        own = {"GRAPNEL_SERVER": None, "GRAPNEL_KEY": None}
        result = self.run_cli("hooks", "ls", "--data", str(self.server.folder.path / "none"), environment=own,
                              status=UNREACHABLE)
        self.assertIn("grapnel serve", result.stderr)

    def test_local_data_folder(self):
        own = {"GRAPNEL_SERVER": None, "GRAPNEL_KEY": None}
        result = self.run_cli("run", "greet", "--data", str(self.server.data), environment=own)
        self.assertEqual(result.stdout, "Hello, world!")

    def test_new(self):
        for runtime in ("bash", "executable", "lua", "node", "perl", "php", "python", "ruby"):
            with self.subTest(runtime):
                name = f"made-{runtime}"
                result = self.run_cli("new", name, "--runtime", runtime, "--dir", str(self.server.hooks))
                self.assertIn("hook.yaml", result.stdout)
                self.server.deployed(name)
                self.assertIn("Ada", self.run_cli("run", name, "-d", '{"name": "Ada"}').stdout)
                # What is there is never overwritten.
                self.run_cli("new", name, "--runtime", runtime, "--dir", str(self.server.hooks), status=FAILED)
        self.run_cli("new", "x", "--runtime", "cobol", "--dir", str(self.server.hooks), status=USAGE)
        self.run_cli("new", "../x", "--runtime", "bash", "--dir", str(self.server.hooks), status=USAGE)

    def test_doctor(self):
        report = self.json_of("doctor")
        self.assertTrue(report["ok"])
        self.assertEqual(report["level"], "full" if harness.IS_ROOT else "user")
        by_name = {(check["group"], check["name"]): check for check in report["checks"]}
        self.assertTrue(by_name["server", "server"]["works"])
        for check in report["checks"]:
            if check["required"]:
                self.assertTrue(check["works"], check)
        self.assertIn("can run hooks", self.run_cli("doctor").stdout)

    def test_version_and_help(self):
        self.assertRegex(self.run_cli("version").stdout, r"^grapnel \d+\.\d+")
        self.assertEqual(self.json_of("version")["name"], "grapnel")
        for words in ([], ["serve"], ["run"], ["hooks"], ["traces", "ls"], ["logs"], ["keys", "create"], ["doctor"]):
            with self.subTest(words):
                self.assertIn("USAGE", self.run_cli(*words, "--help").stdout)
        self.run_cli("nonsense", status=USAGE)

    def test_serve_refuses(self):
        for arguments, words in (
            (["--listen", "nonsense"], ["listen"]), (["/no/such/folder"], ["/no/such/folder"]),
            (["--config", "/no/such/file"], ["/no/such/file"]),
        ):
            with self.subTest(arguments):
                data = str(self.server.folder.path / "refused")
                result = self.server.cli("serve", *arguments, "--data", data, cwd=self.server.folder.path)
                self.assertNotEqual(result.returncode, 0, result)
                for word in words:
                    self.assertIn(word, result.stderr)
        file = self.server.folder.path / "bad.yaml"
        file.write_text("log: {level: info}\nsandbox:\n  levle: full\n")
        result = self.server.cli("serve", str(self.server.hooks), "--config", str(file), "--data", data)
        self.assertEqual(result.returncode, USAGE, result)
        self.assertIn("bad.yaml:3", result.stderr)


if __name__ == "__main__":
    unittest.main()
