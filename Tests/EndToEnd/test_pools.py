"""What is kept ready for runs, as its users see it: hooks that choose, the API, doctor, and what becomes of crashes."""

import json
import os
import signal
import unittest

from harness import ServerCase, eventually

WHO = "import os, sys\ndef handler(): return {'pid': os.getpid(), 'argv': sys.argv, 'lang': os.environ.get('LANG')}\n"


class Pools(ServerCase):
    hooks = {
        "forked": {"main.py": WHO, "hook.yaml": "runtime: python\nentry: main.py\n"},
        "executed": {"main.py": WHO, "hook.yaml": "runtime: python\nentry: main.py\nstart: exec\n"},
        "german": {"main.py": WHO, "hook.yaml": "runtime: python\nentry: main.py\nenv: {LANG: de_DE.UTF-8}\n"},
        "waiting": {
            "main.js": "exports.handler = () => ({ pid: process.pid });\n",
            "hook.yaml": "runtime: node\nentry: main.js\n"},
    }

    def pool(self, runtime):
        return next((pool for pool in self.server.pools() if pool["runtime"] == runtime), None)

    def ready(self, hook, runtime):
        """Runs the hook until something is ready for it; what there is then."""
        def look():
            self.assertEqual(self.server.call(hook).status, 200)
            pool = self.pool(runtime)
            return pool if pool and pool["served"] and pool["waiting"] else None

        return eventually(look, what=f"something ready for {runtime}")

    def test_a_hook_may_go_without(self):
        before = self.ready("forked", "python")
        for hook in ("executed", "german"):
            for _ in range(4):
                self.assertEqual(self.server.call(hook).status, 200)
        after = self.pool("python")
        self.assertEqual((after["served"], after["missed"]), (before["served"], before["missed"]))
        self.assertEqual(self.server.call("forked").json()["argv"], ["/hook/main.py"])
        self.assertEqual(self.pool("python")["served"], before["served"] + 1)
        self.assertEqual(self.server.call("german").json()["lang"], "de_DE.UTF-8")

    def test_doctor_shows_what_is_ready(self):
        self.ready("forked", "python")
        self.ready("waiting", "node")
        report = json.loads(self.server.cli("doctor", "--json").stdout)
        shown = {check["name"]: check["detail"] for check in report["checks"] if check["group"] == "ready"}
        self.assertEqual(sorted(shown), ["main/node spares", "main/python fork server"], report)
        self.assertRegex(shown["main/python fork server"], r"^\d+ runs served, \d+ without it, \d wait, \d+ MiB(, lost \d+ times)?$")
        self.assertIn("main/node spares", self.server.cli("doctor").stdout)

    def test_a_killed_fork_server_costs_no_run(self):
        pool = self.ready("forked", "python")
        if os.geteuid() != 0:
            self.skipTest("NOT TESTED: only root may kill it")
        os.kill(pool["pid"], signal.SIGKILL)
        for _ in range(8):
            self.assertEqual(self.server.call("forked").status, 200)
        eventually(lambda: self.pool("python").get("pid") != pool["pid"] and self.ready("forked", "python"), what="another")
        self.assertEqual(self.pool("python")["losses"], pool["losses"] + 1)

    def test_what_a_runtime_does_not_have_is_refused(self):
        for runtime, start, words in (
            ("python", "spare", ["start by spare", "one of exec, fork"]), ("bash", "fork", ["start by fork", "one of exec"]),
            ("python", "reuse", ["reuse is not supported", "hook.yaml:3"]), ("python", "fork", [])):
            folder = self.server.folder.path / f"refused-{runtime}-{start}"
            folder.mkdir()
            (folder / "main").write_text("#!/bin/sh\n")
            (folder / "hook.yaml").write_text(f"runtime: {runtime}\nentry: main\nstart: {start}\n")
            ended = self.server.cli("deploy", str(folder), "--dry-run")
            self.assertEqual(ended.returncode == 0, not words, ended)
            for word in words:
                self.assertIn(word, ended.stdout + ended.stderr)


if __name__ == "__main__":
    unittest.main()
