"""Deployments by the API beside the watched folder: versions, pins over a restart, and what the folder may undo."""

import json
import unittest

import harness
from harness import ServerCase, eventually, write_hook


class Deployments(ServerCase):
    hooks = {
        "hello.sh": "echo folder 1\n",
        "steady.sh": "echo folder\n",
    }

    def cli(self, *arguments, status=0):
        result = self.server.cli(*arguments)
        self.assertEqual(result.returncode, status, result)
        return result

    def cli_json(self, *arguments):
        return json.loads(self.cli(*arguments, "--json").stdout)

    def restart(self):
        self.server.stop()
        self.server.start()

    def answer(self, hook):
        return self.server.call(hook).text

    def source(self, name, files):
        folder = self.server.folder.path / "work"
        write_hook(folder, name, files)
        return str(folder / name)

    def test_1_deploy_and_pins(self):
        self.server.deployed("hello")
        self.assertEqual(self.answer("hello"), "folder 1\n")
        path = self.source("hello.sh", "echo api\n")
        dry = self.cli_json("deploy", path, "--dry-run")["items"][0]
        self.assertTrue(dry["changed"])
        self.assertEqual(dry["difference"]["files"][0]["diff"], "@@ -1 +1 @@\n-echo folder 1\n+echo api\n")
        self.assertEqual(self.answer("hello"), "folder 1\n")
        self.assertEqual(self.cli_json("deploy", path)["items"][0]["version"], 2)
        self.assertEqual(self.answer("hello"), "api\n")
        self.assertFalse(self.cli_json("deploy", path)["items"][0]["changed"])
        self.cli("deploy", path, "--expect", "1", status=1)

        # Neither a restart nor a change elsewhere in the folder undoes it.
        self.restart()
        write_hook(self.server.hooks, "other.sh", "echo other\n")
        self.server.deployed("other")
        self.assertEqual(self.answer("hello"), "api\n")
        versions = self.cli_json("hooks", "versions", "hello")["items"]
        self.assertEqual([(v["number"], v["origin"], v["active"]) for v in versions],
                         [(2, "api", True), (1, "folder", False)])

        # A rollback is a pin as well.
        self.assertEqual(self.cli_json("hooks", "rollback", "hello")["version"], 1)
        self.restart()
        self.assertEqual(self.answer("hello"), "folder 1\n")
        write_hook(self.server.hooks, "hello.sh", "echo folder 2\n")
        eventually(lambda: self.answer("hello") == "folder 2\n", what="the folder's change")
        self.assertEqual(self.cli_json("hooks", "show", "hello")["version"], 3)

    def test_2_changes(self):
        path = self.source("tool", {"hook.yaml": "runtime: bash\nentry: main.sh\nendpoint: {public: true}\n",
                                    "main.sh": "echo tool\n"})
        self.cli("deploy", path)
        run = self.server.call("tool", key=None).run
        self.cli("hooks", "disable", "tool")
        answer = self.server.call("tool", key=None)
        self.assertEqual((answer.status, answer.problem["code"]), (503, "unavailable"))
        self.assertIn("disabled", answer.problem["message"])
        self.cli("hooks", "enable", "tool")
        self.assertEqual(self.cli_json("hooks", "rename", "tool", "renamed")["name"], "renamed")
        self.assertEqual(self.server.call("tool").status, 404)
        self.assertEqual(self.server.call("renamed").text, "tool\n")
        traces = self.cli_json("traces", "ls", "--hook", "renamed")["items"]
        self.assertIn(run, [trace["id"] for trace in traces])
        self.assertFalse(self.cli_json("hooks", "rm", "renamed")["in_folder"])
        self.assertEqual(self.server.call("renamed").status, 404)

    def test_3_removed_while_the_folder_has_it(self):
        self.server.deployed("steady")
        self.assertTrue(self.cli_json("hooks", "rm", "steady")["in_folder"])
        self.restart()
        self.assertEqual(self.server.call("steady").status, 404)
        write_hook(self.server.hooks, "steady.sh", "echo again\n")
        eventually(lambda: self.server.call("steady").text == "again\n", what="the hook after its change")

    def test_4_what_is_wrong(self):
        path = self.source("wrong", {"hook.yaml": "runtime: bash\nentry: main.sh\nlimts: {}\n", "main.sh": "echo\n"})
        error = self.cli("deploy", path, status=2).stderr
        self.assertIn(f"{path}/hook.yaml:3", error)
        self.assertIn("did you mean limits?", error)
        many = self.server.folder.path / "many"
        write_hook(many, "fine.sh", "echo fine\n")
        write_hook(many, "odd", {"hook.yaml": "runtime: cobol\nentry: main.sh\n", "main.sh": "echo\n"})
        self.cli("deploy", str(many), status=2)
        self.assertEqual(self.server.call("fine").status, 404)


if __name__ == "__main__":
    unittest.main()
