"""The definitions of an instance leave one server as a file and come into another, whole or not at all."""

import base64
import json
import unittest

from harness import Server, ServerCase

BINARY = bytes(range(256)) * 8


class Exports(ServerCase):
    hooks = {
        "hello": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nsecrets: [TOKEN]\nenv: {GREETING: hello}\nendpoint: {public: true}\n",
            "main.sh": 'echo "$GREETING $PLAIN $TOKEN $HOOK_CONFIG"; sha256sum < data.bin; ./tool\n',
            "tool": "#!/bin/sh\necho tool\n", "lib/deep/note.txt": "ünïcode\n",
            "data.bin": BINARY,
        },
        "off.sh": "echo off\n",
        "single.py": "print('single')\n",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        for name in ("hello", "off", "single"):
            server.deployed(name)
        for name, body in [
            ("PLAIN", {"value": "plain"}), ("TOKEN", {"value": "tok-secret-1", "secret": True}),
            ("any", {"value": {"json": [1, None, "ä"]}, "kind": "config"}),
            ("GREETING", {"value": "moin", "hook": "hello"}),
        ]:
            assert server.request("PUT", f"/api/v1/env/{name}", body).status == 200
        assert server.request("PATCH", "/api/v1/hooks/off", {"enabled": False}).status == 200

    @classmethod
    def fresh(cls):
        """A second server, without hooks of its own."""
        other = Server({})
        other.start()
        return other

    def cli(self, server, *arguments, status=0, **options):
        result = server.cli(*arguments, **options)
        self.assertEqual(result.returncode, status, result)
        return result

    def exported(self, server, *arguments):
        return json.loads(self.cli(server, "export", "-", *arguments).stdout)

    def without_numbers(self, export):
        return export | {"hooks": [{k: v for k, v in hook.items() if k != "version"} for hook in export["hooks"]]}

    def test_into_another_server(self):
        text = self.cli(self.server, "export", "-").stdout
        self.assertEqual(text, self.cli(self.server, "export", "-").stdout, "the same definitions make the same file")
        export = json.loads(text)
        self.assertNotIn("tok-secret-1", text)
        self.assertEqual(export["secrets"], [{"kind": "env", "name": "TOKEN"}])
        self.assertEqual([hook["name"] for hook in export["hooks"]], ["hello", "innocent", "off", "single"])
        files = {file["path"]: file for file in export["hooks"][0]["files"]}
        self.assertEqual(base64.b64decode(files["data.bin"]["content"]), BINARY)
        self.assertEqual({path for path, file in files.items() if file["executable"]}, {"tool"})

        other = self.fresh()
        try:
            dry = json.loads(self.cli(other, "import", "-", "--dry-run", "--json", input=text).stdout)
            self.assertTrue(dry["dry_run"])
            self.assertTrue(all(each["changed"] and each["dry_run"] for each in dry["hooks"]), dry)
            self.assertEqual([each["name"] for each in dry["variables"]], ["any", "PLAIN", "GREETING"])
            self.assertEqual(dry["missing_secrets"], [{"kind": "env", "name": "TOKEN"}])
            self.assertEqual(other.get("/api/v1/hooks").json()["items"], [], "a dry run changes nothing")
            self.assertEqual(other.get("/api/v1/env").json()["items"], [])

            done = json.loads(self.cli(other, "import", "-", "--json", input=text).stdout)
            self.assertEqual(done, dry | {"dry_run": False, "hooks": done["hooks"]})
            self.assertEqual([each["version"] for each in done["hooks"]], [1, 1, 1, 1])
            blocked = other.get("/main/hello", key=None)
            self.assertEqual(blocked.status, 503)
            self.assertIn("TOKEN", blocked.problem["message"])
            self.cli(other, "env", "set", "TOKEN", "--secret", input="tok-secret-1")
            here, there = self.server.get("/main/hello", key=None), other.get("/main/hello", key=None)
            self.assertEqual((there.status, there.text), (200, here.text))
            self.assertIn('moin plain tok-secret-1 {"any":{"json":[1,null,"ä"]}}', there.text)
            self.assertTrue(there.text.endswith("tool\n"), there.text)
            self.assertEqual(other.call("off").status, 503, "what was disabled stays disabled")
            self.assertEqual(other.call("single").text, "single\n")

            self.assertEqual(self.without_numbers(self.exported(other)), self.without_numbers(export))
            again = json.loads(self.cli(other, "import", "-", "--json", input=text).stdout)
            self.assertFalse([each for each in again["hooks"] if each["changed"]], again)
            self.assertEqual(again["missing_secrets"], [])

            # Made anew from the folder's point of view: a restart takes nothing of it away.
            other.stop()
            other.start()
            self.assertEqual(other.call("single").text, "single\n")
            self.assertEqual(other.call("off").status, 503)
        finally:
            other.stop()
            other.folder.remove()

    def test_into_another_instance(self):
        server = self.server
        self.assertEqual(server.post("/api/v1/instances", {"name": "copy"}).status, 201)
        path = server.folder.path / "all.json"
        printed = self.cli(server, "export", str(path)).stderr
        self.assertEqual(printed, f"exported 4 hooks and 3 variables to {path}\n")
        text = self.cli(server, "import", str(path), "--instance", "copy").stdout
        self.assertIn("env TOKEN: the secret is missing here; set it with: grapnel env set TOKEN --secret --instance copy", text)
        self.assertEqual(server.get("/copy/single").text, "single\n")
        self.assertEqual(server.get("/copy/off").status, 503)
        self.assertEqual(
            self.without_numbers(self.exported(server, "--instance", "copy"))["hooks"],
            self.without_numbers(self.exported(server))["hooks"])
        event = server.get("/api/v1/events?instance=copy&kind=instance.imported").json()["items"]
        self.assertEqual(len(event), 1, event)
        # What goes on in the copy is nothing to the original.
        self.cli(server, "hooks", "rm", "single", "--instance", "copy")
        self.assertEqual(server.call("single").status, 200)

    def test_some_hooks_alone(self):
        export = self.exported(self.server, "--hook", "hello", "--hook", "off")
        self.assertEqual([hook["name"] for hook in export["hooks"]], ["hello", "off"])
        self.assertEqual([each["name"] for each in export["variables"]], ["GREETING"])
        self.assertIn("nothing", self.cli(self.server, "export", "-", "--hook", "nothing", status=5).stderr)

    def test_all_or_nothing(self):
        server = self.server
        server.post("/api/v1/instances", {"name": "strict"})
        export = self.exported(server)
        hooks = {hook["name"]: hook for hook in export["hooks"]}
        broken = [
            hooks | {"single": hooks["single"] | {"files": [
                {"path": "hook.yaml", "executable": False, "content": base64.b64encode(b"runtime: cobol\n").decode()}]}},
            hooks | {"single": hooks["single"] | {"name": "No Name"}},
            hooks | {"single": hooks["single"] | {"files": [
                {"path": "../up.py", "executable": False, "content": ""}]}},
            hooks | {"again": hooks["single"]},
        ]
        for case in broken:
            body = {"export": export | {"hooks": list(case.values())}}
            answer = server.post("/api/v1/import?instance=strict", body)
            self.assertEqual(answer.status, 400, answer)
        for change in ({"format": "something else"}, {"format_version": 2}, {"hooks": None}):
            answer = server.post("/api/v1/import?instance=strict", {"export": export | change})
            self.assertEqual(answer.status, 400, answer)
        self.assertEqual(server.get("/api/v1/hooks?instance=strict").json()["items"], [])
        self.assertEqual(server.get("/api/v1/env?instance=strict").json()["items"], [])

    def test_a_way_back_needs_a_word(self):
        server = self.server
        server.post("/api/v1/instances", {"name": "back"})
        first = self.exported(server, "--hook", "single")
        self.assertEqual(server.post("/api/v1/import?instance=back", {"export": first}).status, 200)
        second = json.loads(json.dumps(first))
        second["hooks"][0]["files"][0]["content"] = base64.b64encode(b"print('newer')\n").decode()
        self.assertEqual(server.post("/api/v1/import?instance=back", {"export": second}).status, 200)
        self.assertEqual(server.get("/back/single").text, "newer\n")
        refused = server.post("/api/v1/import?instance=back", {"export": first})
        self.assertEqual((refused.status, refused.problem["code"]), (409, "conflict"), refused)
        self.assertEqual(server.get("/back/single").text, "newer\n")
        allowed = server.post("/api/v1/import?instance=back", {"export": first, "allow_downgrade": True})
        self.assertEqual(allowed.status, 200, allowed)
        self.assertEqual(server.get("/back/single").text, "single\n")

    def test_who_may(self):
        server = self.server
        export = self.exported(server, "--hook", "single")
        statuses = {}
        for role in ("invoker", "viewer", "editor", "admin"):
            key = server.post("/api/v1/keys", {"name": role, "role": role, "instance": "main"}).json()["secret"]
            statuses[role] = (
                server.get("/api/v1/export", key=key).status,
                server.post("/api/v1/import", {"export": export, "dry_run": True}, key=key).status)
        self.assertEqual(statuses, {
            "invoker": (403, 403), "viewer": (403, 403), "editor": (200, 403), "admin": (200, 200)})


if __name__ == "__main__":
    unittest.main()
