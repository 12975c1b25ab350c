"""Lists of dependencies: installed at the deployment, in a sandbox, into a layer that several hooks share. No test needs the
network: the packages lie in the hooks' folders."""

import io
import json
import os
import subprocess
import unittest
import zipfile

from harness import ServerCase, eventually

SETUP = """
from setuptools import setup

setup(name="greeter", version="1.0", py_modules=["greeter"])
"""
GREETER = "def greet(name):\n    return f'Hello, {name}, from a package'\n"
MAIN = "import greeter\n\n\ndef handler(payload):\n    return greeter.greet(payload['name'])\n"


def yaml(runtime, entry):
    return f"runtime: {runtime}\nentry: {entry}\n"


def python_hook(setup=SETUP, **files):
    return {
        "hook.yaml": yaml("python", "main.py"), "main.py": MAIN, "requirements.txt": "./vendor/greeter\n",
        "vendor/greeter/setup.py": setup, "vendor/greeter/greeter.py": GREETER,
    } | files


def wheel():
    """A package with nothing to execute, as it is published."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("wheeled.py", "WORD = 'wheeled'\n")
        archive.writestr("wheeled-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: wheeled\nVersion: 1.0\n")
        archive.writestr(
            "wheeled-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(
            "wheeled-1.0.dist-info/RECORD",
            "wheeled.py,,\nwheeled-1.0.dist-info/METADATA,,\nwheeled-1.0.dist-info/WHEEL,,\n"
            "wheeled-1.0.dist-info/RECORD,,\n")
    return stream.getvalue()


def hostile(body):
    return "import os, socket, sys\n" + body + SETUP


PROBING = hostile("""
places = ["/hook/x", "/usr/x", "/runtimes/x", "/layer/x", "/dependencies/x", "/etc/x", "SERVER/x", "/etc/shadow",
          "SERVER/grapnel.db", "SERVER/admin.key", "SERVER/bundles", "SERVER/layers"]
found = []
for place in places:
    try:
        open(place, "w" if place.endswith("/x") else "r").close()
        found.append(place)
    except OSError:
        pass
for address in (("127.0.0.1", PORT), ("169.254.169.254", 80)):
    try:
        socket.create_connection(address, 2)
        found.append(str(address))
    except OSError:
        pass
if "TEST_SECRET" in str(os.environ) or any("grapnel serve" in open(f"/proc/{pid}/cmdline").read()
                                           for pid in os.listdir("/proc") if pid.isdigit() and os.path.exists(f"/proc/{pid}/cmdline")):
    found.append("the server")
with open("greeter.py", "a") as file:
    file.write(f"\\nFOUND = {found!r}\\nUID = {os.getuid()}\\n")
""")


def has(module):
    return subprocess.run(["/usr/bin/python3", "-I", "-c", f"import {module}"], capture_output=True).returncode == 0


class Python(ServerCase):
    options = {"config": "dependencies: {install: local, environment: {PIP_PROGRESS_BAR: 'off'}}\n"}
    hooks = {
        "first": python_hook(), "second": python_hook(**{"notes.txt": "its own\n"}),
        "wheel": {
            "hook.yaml": yaml("python", "main.py"), "main.py": "import wheeled\n\nprint(wheeled.WORD)\n",
            "requirements.txt": "wheeled==1.0\n", "wheels/wheeled-1.0-py3-none-any.whl": wheel(),
        },
        "forks": python_hook(hostile("while True:\n    os.fork()\n")),
        "fails": python_hook(hostile("sys.exit('this package does not want to be built')\n")),
        "fills": python_hook(hostile("open('/tmp/large', 'wb').write(b'x' * (3 << 30))\n")),
        "unknown": {
            "hook.yaml": yaml("python", "main.py"), "main.py": "print(1)\n", "requirements.txt": "no-such-package==9.9\n"},
        "links": python_hook(SETUP + "os.symlink('/etc/passwd', '/tmp/layer/python/link')\n" .replace("os.", "__import__('os').")),
    }

    @classmethod
    def setUpClass(cls):
        for module in ("pip", "setuptools", "wheel"):
            if not has(module):
                raise unittest.SkipTest(f"NOT TESTED: the system's Python has no {module}")
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        # Until nothing is being installed any more.
        for name in cls.hooks:
            eventually(
                lambda: cls.server.call(name, {}).status != 503 or "is not deployed" in cls.server.call(name, {}).text, 300,
                f"the end of the preparation of {name}", every=0.1)
        super().warm_up()

    def refusal(self, name, seconds=300):
        """Why a hook is not deployed."""
        answer = eventually(
            lambda: (answer := self.server.call(name)).status == 503 and "is not deployed" in answer.text and answer,
            seconds, f"the refusal of {name}", every=0.1)
        return answer.problem

    def layer(self, name):
        return self.server.get(f"/api/v1/hooks/{name}").json()["definition"]["layers"]["dependencies"]

    def test_packages_are_installed_once_for_equal_lists(self):
        for name in ("first", "second"):
            self.server.prepared(name)
            answer = self.server.call(name, {"name": "Ada"})
            self.assertEqual((answer.status, answer.text), (200, "Hello, Ada, from a package"))
        self.assertEqual(self.layer("first"), self.layer("second"))
        folder = self.server.data / "layers" / self.layer("first")
        self.assertTrue((folder / "python/greeter.py").is_file())
        for path in folder.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o222, 0, path)
        log = self.server.cli("logs", "first").stdout + self.server.cli("logs", "second").stdout
        self.assertIn("Successfully installed greeter-1.0", log)
        self.assertEqual(log.count("preparing the dependencies"), 1)

    def test_a_wheel_is_installed(self):
        self.server.prepared("wheel")
        self.assertEqual(self.server.call("wheel").text, "wheeled\n")

    def test_an_install_script_reaches_nothing(self):
        script = PROBING.replace("SERVER", str(self.server.data)).replace("PORT", str(self.server.port))
        main = "import greeter\n\nprint(greeter.FOUND, greeter.UID)\n"
        self.server.write("curious", python_hook(script, **{"main.py": main}))
        self.server.prepared("curious")
        self.assertEqual(self.server.call("curious").text, "[] 1000\n")

    def test_a_fork_bomb_ends_within_its_limits(self):
        self.assertRegex(self.refusal("forks")["message"], "the installation of the dependencies (has|ran|failed|took)")
        self.assert_innocent()

    def test_a_failing_installation_is_shown(self):
        self.assertIn("failed with exit code", self.refusal("fails")["message"])
        self.assertIn("this package does not want to be built", self.server.cli("logs", "fails", "--limit", "1000").stdout)
        self.assertIn("failed with exit code", self.refusal("unknown")["message"])
        self.assertIn("no-such-package", self.server.cli("logs", "unknown").stdout)

    def test_what_is_too_large_is_told(self):
        problem = self.refusal("fills")
        self.assertIn("the installation of the dependencies", problem["message"])
        self.assert_innocent()

    def test_links_are_not_kept(self):
        self.assertIn("link", self.refusal("links")["message"])
        for path in (self.server.data / "layers").rglob("*"):
            self.assertFalse(path.is_symlink(), path)


class Off(ServerCase):
    hooks = {"needs": python_hook()}

    def test_nothing_is_installed_unless_the_operator_says_so(self):
        answer = eventually(lambda: (answer := self.server.call("needs")).status == 503 and answer)
        self.assertEqual(answer.problem["field"], "dependencies.install")
        self.assertIn("install: on", answer.problem["hint"])
        self.assertIn("dependencies.install", self.server.log())
        self.assertEqual(os.listdir(self.server.data / "layers"), [])


class Node(ServerCase):
    options = {"config": "dependencies: {install: local}\n"}
    package = json.dumps({"name": "hook", "version": "1.0.0", "dependencies": {"greeter": "file:./vendor/greeter"}})
    vendored = {
        "vendor/greeter/package.json": json.dumps({"name": "greeter", "version": "1.0.0", "main": "index.js"}),
        "vendor/greeter/index.js": "module.exports = (name) => `Hello, ${name}, from a package`;\n",
    }
    hooks = {
        "common": vendored | {
            "hook.yaml": yaml("node", "main.cjs"), "package.json": package,
            "main.cjs": "const greet = require('greeter');\nexports.handler = ({ name }) => greet(name);\n",
        },
        "module": vendored | {
            "hook.yaml": yaml("node", "main.mjs"), "package.json": package,
            "main.mjs": "import greet from 'greeter';\nexport const handler = ({ name }) => greet(name);\n",
        },
        "plain": {
            "hook.yaml": yaml("node", "main.mjs"), "package.json": '{"type": "module"}',
            "main.mjs": "export const handler = ({ name }) => name;\n",
        },
    }

    @classmethod
    def setUpClass(cls):
        if not any(os.access(f"{folder}/npm", os.X_OK) for folder in ("/usr/bin", "/usr/local/bin")):
            raise unittest.SkipTest("NOT TESTED: there is no npm")
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        for name in cls.hooks:
            cls.server.prepared(name)
        super().warm_up()

    def test_packages_are_found_by_both_kinds_of_modules(self):
        for name in ("common", "module"):
            self.server.prepared(name)
            answer = self.server.call(name, {"name": "Ada"})
            self.assertEqual((answer.status, answer.text), (200, "Hello, Ada, from a package"))
        layers = {self.server.get(f"/api/v1/hooks/{name}").json()["definition"]["layers"]["dependencies"]
                  for name in ("common", "module")}
        self.assertEqual(len(layers), 1)

    def test_a_package_without_dependencies_needs_no_installation(self):
        self.server.deployed("plain")
        self.assertEqual(self.server.call("plain", {"name": "Ada"}).text, "Ada")
        self.assertNotIn("layers", self.server.get("/api/v1/hooks/plain").json()["definition"])


if __name__ == "__main__":
    unittest.main()
