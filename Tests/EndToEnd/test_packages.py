"""Lists of dependencies in Ruby, PHP, Perl and Lua, by the tools of these languages, installed at the deployment. No test
needs the network: the packages are made here, and lie in the hooks' folders."""

import functools
import gzip
import http.server
import io
import json
import os
import shutil
import tarfile
import textwrap
import threading
import unittest
import zipfile

import harness
from harness import ServerCase, eventually
from test_dependencies import python_hook

UNWILLING = "this package does not want to be built"


def tarball(files, compression="gz"):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{compression}") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def packed(text):
    """The same bytes at each call: the hash of a vendored package is part of what its installation is known by."""
    return gzip.compress(text.encode(), mtime=0)


def gem(version, extension=None):
    """A package for Ruby, as `gem build` makes them."""
    metadata = f"""--- !ruby/object:Gem::Specification
name: greeter
version: !ruby/object:Gem::Version
  version: '{version}'
platform: ruby
authors: [tests]
date: 2020-01-01 00:00:00.000000000 Z
dependencies: []
executables: []
extensions: [{'ext/extconf.rb' if extension else ''}]
extra_rdoc_files: []
files: [lib/greeter.rb{', ext/extconf.rb' if extension else ''}]
licenses: []
metadata: {{}}
require_paths: [lib]
required_ruby_version: !ruby/object:Gem::Requirement
  requirements: [[">=", !ruby/object:Gem::Version {{version: '0'}}]]
required_rubygems_version: !ruby/object:Gem::Requirement
  requirements: [[">=", !ruby/object:Gem::Version {{version: '0'}}]]
requirements: []
rubygems_version: 3.3.15
specification_version: 4
summary: Greets.
test_files: []
"""
    # RubyGems is there for packages that ask it something.
    library = (
        f"module Greeter\n  VERSION = Gem::Version.new('{version}')\n"
        "  def self.greet(name) = \"Hello, #{name}, from package #{VERSION}\"\nend\n")
    files = {"lib/greeter.rb": library} | ({"ext/extconf.rb": extension} if extension else {})
    content = gzip.compress(tarball(files, ""), mtime=0)
    return tarball({"metadata.gz": packed(metadata), "data.tar.gz": content}, "")


def plain(archive):
    """A tarball without the time of its compression."""
    return gzip.compress(gzip.decompress(archive), mtime=0)


def distribution(name, version, body="", makefile="", **needs):
    """A package for Perl, as `make dist` makes them."""
    wanted = ", ".join(f"{module} => '{least}'" for module, least in needs.items())
    folder = f"{name}-{version}"
    return plain(tarball({
        f"{folder}/Makefile.PL":
            f"{makefile}use ExtUtils::MakeMaker;\nWriteMakefile(NAME => '{name}', VERSION_FROM => 'lib/{name}.pm', "
            f"PREREQ_PM => {{{wanted}}});\n",
        f"{folder}/lib/{name}.pm": f"package {name};\nour $VERSION = '{version}';\n{body}\n1;\n",
    }))


def perl_greeter(version, makefile=""):
    body = "use Polite;\nsub greet { Polite::word() . \", $_[0], from package $VERSION\" }"
    return distribution("Greeter", version, body, makefile, Polite="1.0")


POLITE = distribution("Polite", "1.0", "sub word { 'Hello' }")


def rock(version, build=None):
    """A package for Lua, as `luarocks pack` makes them."""
    build = build or "{type = 'builtin', modules = {greeter = 'greeter.lua'}}"
    rockspec = (
        f"package = 'greeter'\nversion = '{version}-1'\nsource = {{url = 'greeter-{version}.tar.gz'}}\n"
        f"dependencies = {{'lua >= 5.1'}}\nbuild = {build}\n")
    module = f"return {{greet = function(name) return 'Hello, ' .. name .. ', from package {version}' end}}\n"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in (
                (f"greeter-{version}-1.rockspec", rockspec),
                (f"greeter-{version}.tar.gz", plain(tarball({f"greeter-{version}/greeter.lua": module})))):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return stream.getvalue()


def composer_package(version, **more):
    return json.dumps({
        "name": "tests/greeter", "version": version, "autoload": {"psr-4": {"Greeter\\": "src/"}},
        "require": {"ext-ctype": "*"}} | more)


def composer_class(version):
    return (
        "<?php\nnamespace Greeter;\nclass Greeter\n{\n    public static function greet($name)\n    {\n"
        f"        return ctype_alpha($name) ? \"Hello, $name, from package {version}\" : '';\n    }}\n}}\n")


RUBY = {
    "hook.yaml": "runtime: ruby\nentry: main.rb\n",
    "main.rb": """
        require 'greeter'

        def handler(payload)
          begin
            File.write('/dependencies/x', 'x')
            'WRITTEN'
          rescue SystemCallError
            Greeter.greet(payload['name'])
          end
        end
        """,
    "Gemfile": "source 'https://rubygems.org'\ngem 'greeter', '~> 1.0'\n",
    "vendor/cache/greeter-1.0.gem": gem("1.0"), "vendor/cache/greeter-1.1.gem": gem("1.1"),
}
RUBY_LOCK = """
    GEM
      remote: https://rubygems.org/
      specs:
        greeter (1.0)

    PLATFORMS
      ruby
      x86_64-linux
      aarch64-linux

    DEPENDENCIES
      greeter (~> 1.0)
    """
PHP = {
    "hook.yaml": "runtime: php\nentry: main.php\n",
    "main.php": """
        <?php
        function handler($payload)
        {
            return @file_put_contents('/dependencies/x', 'x') ? 'WRITTEN' : App\\Name::greet($payload['name']);
        }
        """,
    "src/Name.php": """
        <?php
        namespace App;
        class Name
        {
            public static function greet($name)
            {
                return \\Greeter\\Greeter::greet($name);
            }
        }
        """,
    "composer.json": json.dumps({
        "repositories": [{"type": "path", "url": "packages/*"}, {"packagist.org": False}],
        "require": {"tests/greeter": "^1.0"},
        "autoload": {"psr-4": {"App\\": "src/"}},
    }),
    "packages/old/composer.json": composer_package("1.0.0"), "packages/old/src/Greeter.php": composer_class("1.0"),
    "packages/new/composer.json": composer_package("1.1.0"), "packages/new/src/Greeter.php": composer_class("1.1"),
}
PHP_LOCK = json.dumps({
    "content-hash": "0" * 32,
    "packages": [json.loads(composer_package("1.0.0")) | {
        "dist": {"type": "path", "url": "packages/old", "reference": "0"}, "type": "library"}],
    "packages-dev": [], "aliases": [], "minimum-stability": "stable", "stability-flags": [], "prefer-stable": False,
    "prefer-lowest": False, "platform": [], "platform-dev": [], "plugin-api-version": "2.3.0",
})
PERL = {
    "hook.yaml": "runtime: perl\nentry: main.pl\n",
    "main.pl": """
        use strict;
        use warnings;
        use Greeter;

        sub handler {
          my ($payload) = @_;
          return 'WRITTEN' if open my $file, '>', '/dependencies/x';
          return Greeter::greet($payload->{name});
        }
        """,
    "cpanfile": "requires 'Greeter', '1.0';\n",
    "vendor/Greeter-1.0.tar.gz": perl_greeter("1.0"), "vendor/Greeter-1.1.tar.gz": perl_greeter("1.1"),
    "vendor/Polite-1.0.tar.gz": POLITE,
}
PERL_SNAPSHOT = """
    # carton snapshot format: version 1.0
    DISTRIBUTIONS
      Greeter-1.0
        pathname: T/TE/TESTS/Greeter-1.0.tar.gz
        provides:
          Greeter 1.0
        requirements:
          ExtUtils::MakeMaker 0
          Polite 1.0
      Polite-1.0
        pathname: T/TE/TESTS/Polite-1.0.tar.gz
        provides:
          Polite 1.0
        requirements:
          ExtUtils::MakeMaker 0
    """
LUA = {
    "hook.yaml": "runtime: lua\nentry: main.lua\n",
    "main.lua": """
        local greeter = require("greeter")

        function handler(payload)
          if io.open("/dependencies/x", "w") then
            return "WRITTEN"
          end
          return greeter.greet(payload.name)
        end
        """,
    "hook-1-1.rockspec":
        "package = 'hook'\nversion = '1-1'\nsource = {url = '.'}\ndependencies = {'lua >= 5.1', 'greeter >= 1.0'}\n"
        "build = {type = 'builtin', modules = {}}\n",
    "vendor/greeter-1.0-1.src.rock": rock("1.0"), "vendor/greeter-1.1-1.src.rock": rock("1.1"),
}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def but(files, *dropped, **changed):
    return {path: content for path, content in files.items() if not path.startswith(dropped or ("-",))} | changed


# For each language: its tool, a hook, the files that hold it to an older package, and a hook whose installation fails.
LANGUAGES = {
    "ruby": ("bundle", RUBY, {"Gemfile.lock": RUBY_LOCK}, but(
        RUBY, "vendor/", **{"vendor/cache/greeter-1.0.gem": gem("1.0", f"abort '{UNWILLING}'\n")})),
    "php": ("composer", PHP, {"composer.lock": PHP_LOCK}, but(
        PHP, "packages/new", **{"packages/old/composer.json": composer_package("1.0.0", require={"ext-unwilling": "*"})})),
    "perl": ("cpanm", PERL, {"cpanfile.snapshot": PERL_SNAPSHOT}, but(
        PERL, "vendor/Greeter", **{"vendor/Greeter-1.0.tar.gz": perl_greeter("1.0", f"die '{UNWILLING}';\n")})),
    "lua": ("luarocks", LUA, {"luarocks.lock": "return {dependencies = {greeter = '1.0-1', lua = '5.4-1'}}\n"}, but(
        LUA, "vendor/", **{"vendor/greeter-1.0-1.src.rock": rock(
            "1.0", f"{{type = 'command', build_command = 'echo {UNWILLING}; false'}}")})),
}
# What the logs of the failing ones say, where it is not UNWILLING.
NAMED = {"php": "ext-unwilling"}
THERE = [name for name, (tool, *_) in LANGUAGES.items()
         if any(os.access(f"{folder}/{tool}", os.X_OK) for folder in ("/usr/bin", "/usr/local/bin"))]


class Packages:
    options = {"config": "dependencies: {install: local}\n"}
    kinds = ("first", "second", "locked", "fails")
    languages = THERE

    @classmethod
    def setUpClass(cls):
        if not cls.languages:
            raise unittest.SkipTest("NOT TESTED: there is none of bundle, composer, cpanm and luarocks")
        cls.hooks = {}
        for language in cls.languages:
            _, hook, lock, failing = LANGUAGES[language]
            second = hook | {"notes.txt": "its own\n"}
            if language == "ruby":
                # As programs for Bundler begin; it has nothing to do any more.
                second["main.rb"] = "require 'bundler/setup'\ngem 'greeter'\n" + textwrap.dedent(hook["main.rb"])
            every = {"first": hook, "second": second, "locked": hook | lock, "fails": failing}
            cls.hooks |= {f"{language}-{kind}": every[kind] for kind in cls.kinds}
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        for name in cls.hooks:
            if not name.endswith("fails"):
                cls.server.prepared(name)
        super().warm_up()

    def skip_what_is_missing(self):
        for language in LANGUAGES.keys() - set(self.languages):
            with self.subTest(language=language):
                self.skipTest(f"NOT TESTED: there is no {LANGUAGES[language][0]}")

    def layer(self, name):
        return self.server.get(f"/api/v1/hooks/{name}").json()["definition"]["layers"]["dependencies"]

    def greeting(self, name):
        answer = self.server.call(name, {"name": "Ada"})
        self.assertEqual(answer.status, 200, f"{answer}\n{self.server.logs(hook=name, limit=200)}")
        return answer.text

    def test_packages_are_installed_once_for_equal_lists(self):
        self.skip_what_is_missing()
        for language in self.languages:
            with self.subTest(language=language):
                first, second = f"{language}-first", f"{language}-second"
                for name in (first, second):
                    self.assertEqual(self.greeting(name), "Hello, Ada, from package 1.1")
                self.assertEqual(self.layer(first), self.layer(second))
                folder = self.server.data / "layers" / self.layer(first)
                for path in [folder, *folder.rglob("*")]:
                    self.assertEqual(path.lstat().st_mode & 0o222, 0, path)
                log = self.server.cli("logs", first, "--limit", "1000").stdout
                log += self.server.cli("logs", second, "--limit", "1000").stdout
                self.assertIn("greeter", log.lower())
                self.assertEqual(log.count("preparing the dependencies"), 1)


class AtTheDeployment(Packages, ServerCase):
    def test_a_lock_is_followed(self):
        for language in self.languages:
            with self.subTest(language=language):
                self.assertEqual(self.greeting(f"{language}-locked"), "Hello, Ada, from package 1.0")
                self.assertNotEqual(self.layer(f"{language}-locked"), self.layer(f"{language}-first"))

    def test_a_failing_installation_is_shown(self):
        for language in self.languages:
            with self.subTest(language=language):
                name = f"{language}-fails"
                answer = eventually(
                    lambda: (answer := self.server.call(name)).status == 503 and "is not deployed" in answer.text and answer,
                    300, f"the refusal of {name}", every=0.1)
                self.assertRegex(
                    answer.problem["message"], "the installation of the dependencies failed with exit code [0-9]+: .")
                log = self.server.cli("logs", name, "--limit", "1000").stdout
                self.assertIn(NAMED.get(language, UNWILLING), log)


class FromTheNetwork(ServerCase):
    """With an operator who lets installations reach the network, and has a mirror."""

    hooks = {"perl": but(PERL, "vendor/")}

    @classmethod
    def setUpClass(cls):
        if "perl" not in THERE:
            raise unittest.SkipTest("NOT TESTED: there is no cpanm")
        harness.require_binary()
        cls.mirror = harness.Folder()
        cls.addClassCleanup(cls.mirror.remove)
        authors = cls.mirror.path / "authors/id/T/TE/TESTS"
        authors.mkdir(parents=True)
        for name, content in (("Greeter-1.0.tar.gz", perl_greeter("1.0")), ("Polite-1.0.tar.gz", POLITE)):
            (authors / name).write_bytes(content)
        (cls.mirror.path / "modules").mkdir()
        (cls.mirror.path / "modules/02packages.details.txt.gz").write_bytes(packed(
            "File: 02packages.details.txt\n\nGreeter 1.0 T/TE/TESTS/Greeter-1.0.tar.gz\n"
            "Polite 1.0 T/TE/TESTS/Polite-1.0.tar.gz\n"))
        handler = functools.partial(Quiet, directory=str(cls.mirror.path))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        options = f"--mirror http://127.0.0.1:{server.server_port} --mirror-only"
        cls.options = {"config": f"dependencies: {{install: on, environment: {{PERL_CPANM_OPT: '{options}'}}}}\n"}
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        cls.server.prepared("perl")
        super().warm_up()

    def test_packages_are_fetched_from_the_operators_mirror(self):
        self.assertEqual(self.server.call("perl", {"name": "Ada"}).text, "Hello, Ada, from package 1.0")
        self.assertIn("127.0.0.1", self.server.cli("logs", "perl", "--limit", "1000").stdout)


@unittest.skipUnless(harness.IS_ROOT, "NOT TESTED: only root can start a server as another user")
class AsAnotherUser(Packages, ServerCase):
    kinds = ("first", "second")
    options = {"user": harness.NOBODY, "config": "dependencies: {install: local}\n"}

    def test_the_level(self):
        self.assertIn("sandbox  user", self.server.log())


class Missing(ServerCase):
    """On a machine without the tools."""

    packages = {
        "ruby": "ruby-bundler", "php": "composer", "perl": "cpanminus", "lua": "luarocks", "python": "python3-pip"}
    hooks = {name: hook for name, (_, hook, *_) in LANGUAGES.items()} | {"python": python_hook()}

    @classmethod
    def setUpClass(cls):
        harness.require_binary()
        cls.folder = harness.Folder()
        cls.addClassCleanup(cls.folder.remove)
        runtimes = cls.folder.path / "runtimes"
        shutil.copytree(harness.REPOSITORY / "runtimes", runtimes)
        for name in cls.packages:
            manifest = runtimes / name / "runtime.yaml"
            lines = manifest.read_text().splitlines()
            lines = ["    tools: [/nonexistent/tool]" if line.startswith("    tools:") else line for line in lines]
            manifest.write_text("\n".join(lines) + "\n")
        cls.options = {
            "config": "dependencies: {install: local}\n", "environment": {"GRAPNEL_RUNTIMES": str(runtimes)}}
        super().setUpClass()

    def test_what_is_missing_is_named(self):
        report = self.server.cli(
            "doctor", "--json", "--config", str(self.server.folder.path / "grapnel.yaml"),
            environment=self.options["environment"])
        checks = {check["name"]: check for check in json.loads(report.stdout)["checks"] if check["group"] == "installer"}
        languages = {check["name"] for check in json.loads(report.stdout)["checks"]
                     if check["group"] == "runtime" and check["works"]}
        for name in languages & set(self.packages):
            with self.subTest(language=name):
                self.assertEqual(checks[name]["works"], False)
                self.assertEqual(checks[name]["remedy"], f"apt-get install {self.packages[name]}")
                answer = eventually(lambda: (answer := self.server.call(name)).status == 503 and answer)
                self.assertIn(f"the installer of {name} packages is not installed", answer.problem["message"])
                self.assertEqual(answer.problem["hint"], f"apt-get install {self.packages[name]}")


if __name__ == "__main__":
    unittest.main()
