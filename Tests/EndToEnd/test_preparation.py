"""What must be made of a hook before it can run: compiled in the sandbox, once, kept as a layer that nobody can change."""

import os
import shutil
import unittest

import harness
from harness import ServerCase, eventually

GREETING = """
import Grapnel

func handler(_ payload: JSON) -> String {
  "Hello, \\(payload.name) from GREETER"
}
"""
CURIOUS = """
import Glibc
import Grapnel

for path in ["/layer/new", "/layer/main", "/dependencies/new"] {
  let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
  print(path, descriptor < 0 ? String(cString: strerror(errno)) : "WRITTEN")
}
"""


def greeting(name):
    return {"hook.yaml": "runtime: swift\nentry: main.swift\n", "main.swift": GREETING.replace("GREETER", name)}


class Swift(ServerCase):
    hooks = {
        "greet": greeting("one"), "greet-again": greeting("one") | {"notes.txt": "its own\n"}, "curious.swift": CURIOUS,
        "uses-others": {
            "hook.yaml": "runtime: swift\nentry: start.swift\n", "start.swift": "print(shout(\"hello\"))\n",
            "parts/voice.swift": "func shout(_ text: String) -> String { text.uppercased() }\n",
        },
        "fails": {
            "hook.yaml": "runtime: swift\nentry: main.swift\nendpoint: {public: true}\n",
            "main.swift": "import Grapnel\n\nfunc handler() -> String {\n  nothing\n}\n",
        },
        "fails-later.swift": "print(\"before\")\nfatalError(\"out of luck\")\n",
        "failing-handler.swift": """
            import Grapnel

            struct Refused: Error {
              let why: String
            }

            func handler() async throws {
              throw Refused(why: "not today")
            }
            """,
    }

    @classmethod
    def setUpClass(cls):
        cls.options = {"config": harness.swift_configuration()}
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        for name in ("greet", "greet-again", "curious", "uses-others", "fails-later", "failing-handler"):
            cls.server.prepared(name)
        super().warm_up()

    def hook(self, name):
        return self.server.get(f"/api/v1/hooks/{name}").json()

    def test_equal_sources_are_compiled_once(self):
        for name in ("greet", "greet-again"):
            answer = self.server.call(name, {"name": "Ada"})
            self.assertEqual((answer.status, answer.text), (200, "Hello, Ada from one"))
        first, second = self.hook("greet"), self.hook("greet-again")
        self.assertNotEqual(first["bundle"]["hash"], second["bundle"]["hash"])
        self.assertEqual(first["definition"]["layers"], second["definition"]["layers"])
        layer = first["definition"]["layers"]["prepared"]
        self.assertTrue((self.server.data / "layers" / layer / "main").is_file())

    def test_no_run_can_change_a_layer(self):
        lines = self.server.call("curious").text.splitlines()
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertRegex(line, "Read-only file system|Permission denied")

    def test_other_files_are_compiled_with_the_entry(self):
        self.assertEqual(self.server.call("uses-others").text, "HELLO\n")

    def test_a_fault_names_file_and_line(self):
        problem = eventually(
            lambda: (answer := self.server.call("fails")).status == 503 and "not deployed" in answer.text and answer,
            300).problem
        self.assertEqual((problem["code"], problem["file"], problem["line"]), ("unavailable", "fails/main.swift", 4))
        self.assertIn("cannot find 'nothing' in scope", problem["message"])
        shown = self.server.cli("hooks", "show", "fails")
        self.assertEqual(shown.returncode, 6, shown)
        self.assertIn("cannot find 'nothing' in scope", shown.stderr)
        log = self.server.cli("logs", "fails").stdout
        self.assertIn("main.swift:4:3: error: cannot find 'nothing' in scope", log)
        # Strangers learn nothing of it.
        self.assertEqual(self.server.call("fails", key=None).status, 401)

    def test_the_version_before_answers_until_the_new_one_is_ready(self):
        name = "changing"
        self.server.write(name, greeting("one"))
        self.server.prepared(name)
        self.server.write(name, greeting("two"))
        answers = set()

        def is_new():
            answer = self.server.call(name, {"name": "Ada"})
            answers.add((answer.status, answer.text))
            return "two" in answer.text

        eventually(is_new, 300, every=0.05)
        self.assertEqual(answers, {(200, "Hello, Ada from one"), (200, "Hello, Ada from two")})
        # What does not compile never replaces what runs.
        self.server.write(name, {"main.swift": "func handler() -> String { nothing }\n"})
        status = eventually(lambda: self.hook(name).get("preparation", {}).get("state") == "failed" and self.hook(name), 300)
        self.assertIn("cannot find", status["preparation"]["problem"]["message"])
        self.assertEqual(self.server.call(name, {"name": "Ada"}).text, "Hello, Ada from two")
        # And what is mended does, with the layer that is there.
        self.server.write(name, greeting("one"))
        eventually(lambda: "one" in self.server.call(name, {"name": "Ada"}).text)
        self.assertNotIn("preparation", self.hook(name))

    def test_a_new_hook_says_that_it_is_being_prepared(self):
        self.server.write("newcomer", greeting("newcomer"))
        answer = eventually(lambda: (answer := self.server.call("newcomer")).status == 503 and answer)
        self.assertEqual(answer.problem["message"], "the hook newcomer is being prepared", answer)
        self.assertIn("Retry-After", answer.headers)
        self.server.prepared("newcomer")

    def test_the_template_works_as_it_is(self):
        result = self.server.cli("new", "made", "--runtime", "swift", "--dir", str(self.server.hooks))
        self.assertEqual(result.returncode, 0, result)
        self.server.prepared("made")
        self.assertEqual(self.server.call("made").json(), {"greeting": "Hello, world!"})

    def test_failures_of_what_was_compiled(self):
        answer = self.server.call("failing-handler")
        failure = self.server.ended(answer.run)["failure"]
        self.assertEqual((answer.status, failure["reason"], failure["exception"]), (502, "exception", "Refused"))
        self.assertIn("not today", failure["message"])
        answer = self.server.call("fails-later")
        self.assertEqual(answer.status, 502)
        trace = self.server.ended(answer.run)
        self.assertEqual(trace["failure"]["reason"], "signal")
        self.assertIn("Fatal error: out of luck", trace["bodies"]["error_output"]["text"])

    def test_layers_survive_a_restart(self):
        def found():
            # One that is being made anew, because it failed before, is not one.
            return sorted(name for name in os.listdir(self.server.data / "layers") if not name.startswith("."))

        layers = found()
        self.server.stop()
        self.server.start()
        self.assertEqual(self.server.call("greet", {"name": "Ada"}).status, 200)
        self.assertEqual(found(), layers)
        self.assertNotIn("hook=greet layer", self.server.log())


class WithoutLanguages(ServerCase):
    """A machine on which languages are missing: the runtimes name programs that are not there."""

    hooks = {"greet": greeting("one"), "shout.py": "print('hello')\n", "call.rb": "puts 'hello'\n"}

    @classmethod
    def setUpClass(cls):
        cls.runtimes = harness.Folder("grapnel-runtimes-")
        folder = cls.runtimes.path / "runtimes"
        shutil.copytree(harness.REPOSITORY / "runtimes", folder, ignore=shutil.ignore_patterns("cases", "__pycache__"))
        for manifest in folder.glob("*/runtime.yaml"):
            if manifest.parent.name != "bash":
                text = manifest.read_text().replace("[/usr/bin/", "[/nonexistent/").replace(", /usr/bin/", ", /nonexistent/")
                text = text.replace(", /usr/local/bin/", ", /nonexistent/").replace("[swiftc]", "[no-swiftc]")
                manifest.write_text(text)
        cls.options = {"environment": {"GRAPNEL_RUNTIMES": str(folder)}}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.runtimes.remove()

    def test_hooks_answer_with_the_package_that_brings_their_language(self):
        for name, package in (("greet", "swiftlang"), ("shout", "python3"), ("call", "ruby")):
            self.server.deployed(name)
            answer = self.server.call(name)
            self.assertEqual(answer.status, 503, answer)
            self.assertEqual(answer.problem["hint"], f"apt-get install {package}")
            self.assertIn("is not installed", answer.problem["message"])
            trace = self.server.ended(answer.run)
            self.assertEqual((trace["status"], trace["failure"]["reason"]), ("blocked", "runtime"))

    def test_the_doctor_names_every_package(self):
        folder = self.runtimes.path / "runtimes"
        report = self.server.cli("doctor", "--json", environment={"GRAPNEL_RUNTIMES": str(folder)})
        checks = {check["name"]: check for check in harness.json.loads(report.stdout)["checks"]
                  if check["group"] == "runtime"}
        names = {path.parent.name for path in folder.glob("*/runtime.yaml")}
        self.assertEqual(set(checks), names)
        for name in names - {"bash", "executable"}:
            self.assertFalse(checks[name]["works"], name)
            self.assertFalse(checks[name]["required"], name)
            self.assertRegex(checks[name]["remedy"], r"^apt-get install [a-z0-9.-]+$")
        text = self.server.cli("doctor", environment={"GRAPNEL_RUNTIMES": str(folder)}).stdout
        self.assertIn("apt-get install swiftlang", text)


if __name__ == "__main__":
    unittest.main()
