"""What is made of hooks, on a server that was started without rights: compiled programs and installed packages."""

import os
import unittest

import harness
import test_dependencies
from harness import ServerCase
from test_dependencies import has, python_hook
from test_preparation import CURIOUS, greeting


class UserLevel:
    @classmethod
    def setUpClass(cls):
        if not harness.IS_ROOT:
            raise unittest.SkipTest("NOT TESTED: only root can start a server as another user")
        cls.options = {"user": harness.NOBODY, "config": cls.configuration()}
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        for name in cls.hooks:
            cls.server.prepared(name.removesuffix(".swift"))
        super().warm_up()

    def test_the_level(self):
        self.assertIn("sandbox  user", self.server.log())

    def layer(self, name, kind):
        """The folder of a layer, in which nobody may write."""
        layer = self.server.get(f"/api/v1/hooks/{name}").json()["definition"]["layers"][kind]
        folder = self.server.data / "layers" / layer
        for path in [folder, *folder.rglob("*")]:
            self.assertEqual(path.lstat().st_mode & 0o222, 0, path)
        return layer

    def restarted(self):
        self.server.stop()
        self.server.start()


class Compiled(UserLevel, ServerCase):
    hooks = {"greet": greeting("one"), "again": greeting("one"), "curious.swift": CURIOUS}

    @classmethod
    def configuration(cls):
        return harness.swift_configuration()

    def test_a_hook_in_swift(self):
        for name in ("greet", "again"):
            answer = self.server.call(name, {"name": "Ada"})
            self.assertEqual((answer.status, answer.text), (200, "Hello, Ada from one"), answer)
        self.assertEqual(self.layer("greet", "prepared"), self.layer("again", "prepared"))
        self.assertNotIn("WRITTEN", self.server.call("curious").text)
        self.restarted()
        self.assertEqual(self.server.call("greet", {"name": "Bob"}).text, "Hello, Bob from one")


class PythonPackages(UserLevel, ServerCase):
    hooks = {"first": python_hook(), "second": python_hook(**{"notes.txt": "its own\n"})}

    @classmethod
    def configuration(cls):
        for module in ("pip", "setuptools", "wheel"):
            if not has(module):
                raise unittest.SkipTest(f"NOT TESTED: the system's Python has no {module}")
        return "dependencies: {install: local}\n"

    def test_a_requirement(self):
        for name in ("first", "second"):
            answer = self.server.call(name, {"name": "Ada"})
            self.assertEqual((answer.status, answer.text), (200, "Hello, Ada, from a package"), answer)
        self.assertEqual(self.layer("first", "dependencies"), self.layer("second", "dependencies"))
        self.restarted()
        self.assertEqual(self.server.call("first", {"name": "Bob"}).text, "Hello, Bob, from a package")


class NodePackages(UserLevel, ServerCase):
    hooks = {name: test_dependencies.Node.hooks[name] for name in ("common", "module")}

    @classmethod
    def configuration(cls):
        if not any(os.access(f"{folder}/npm", os.X_OK) for folder in ("/usr/bin", "/usr/local/bin")):
            raise unittest.SkipTest("NOT TESTED: there is no npm")
        return "dependencies: {install: local}\n"

    def test_a_dependency(self):
        for name in ("common", "module"):
            answer = self.server.call(name, {"name": "Ada"})
            self.assertEqual((answer.status, answer.text), (200, "Hello, Ada, from a package"), answer)
        self.assertEqual(self.layer("common", "dependencies"), self.layer("module", "dependencies"))


if __name__ == "__main__":
    unittest.main()
