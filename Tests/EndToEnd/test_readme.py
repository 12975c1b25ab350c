"""The five-minute tour of the README, run as it is written, while a server works on the hooks of the repository.

The tour is what stands under the heading "Five minutes". In its blocks of `console` or `sh`, a line that begins with
`$ ` is typed (with its here-document, and with the next line if it ends with a backslash); what follows, up to the next
such line, is what it prints, where `…` stands for anything. A command that ends with ` &` stays running.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

import harness
from harness import eventually

README = harness.REPOSITORY / "README.md"


def tour(text):
    """The tour's steps: pairs of a command and the lines that it must print, or None for any."""
    section = re.search(r"^#+ [^\n]*five minutes[^\n]*$(.*?)(?=^#{1,2} |\Z)", text, re.M | re.S | re.I)
    if not section:
        return []
    steps = []
    for block in re.findall(r"^```(?:console|sh)\n(.*?)^```", section.group(1), re.M | re.S):
        command, output = None, []
        lines = iter(block.splitlines())
        for line in lines:
            if not line.startswith("$ "):
                output.append(line)
                continue
            if command is not None:
                steps.append((command, output or None))
            command, output = line[2:], []
            while command.endswith("\\"):
                command += "\n" + next(lines)
            if document := re.search(r"<<-?\s*['\"]?(\w+)", command):
                for line in lines:
                    command += "\n" + line
                    if line == document.group(1):
                        break
        if command is not None:
            steps.append((command, output or None))
    return steps


def pattern(lines):
    text = "\n".join(lines).strip()
    # A line that is `…` alone stands for any number of lines.
    return re.compile(".*".join(re.escape(part) for part in text.split("…")), re.S)


class Tour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.require_binary()
        cls.steps = tour(README.read_text())
        assert cls.steps, "README.md has no tour under a heading \"Five minutes\""

    def setUp(self):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", 8080))
            except OSError:
                self.skipTest("NOT TESTED: port 8080, which the tour names, is in use")
        self.folder = harness.Folder("grapnel-tour-")
        self.addCleanup(self.folder.remove)
        self.place = self.folder.path / "grapnel"
        # As after cloning and building: what is served, and what is called, without the sources.
        self.place.mkdir()
        for name in ("hooks", "examples", "runtimes"):
            if (harness.REPOSITORY / name).exists():
                shutil.copytree(harness.REPOSITORY / name, self.place / name,
                                ignore=shutil.ignore_patterns("__pycache__"))
        for kind in ("release", "debug"):
            (self.place / ".build" / kind).mkdir(parents=True)
            for binary in (harness.GRAPNEL, harness.LAUNCHER):
                os.symlink(binary, self.place / ".build" / kind / binary.name)
        self.processes = []
        self.kept = []
        self.addCleanup(self.stop)

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                # A shell and what it started; the server is the leader of a session of its own too.
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(30)

    def environment(self):
        return {
            "PATH": f"{harness.GRAPNEL.parent}:{self.place}:{os.environ['PATH']}", "HOME": str(self.folder.path),
            "LANG": "C.UTF-8", "NO_COLOR": "1", "TERM": "dumb", "GRAPNEL_LAUNCHER": str(harness.LAUNCHER),
            "GRAPNEL_RUNTIMES": str(self.place / "runtimes"),
        }

    def serve(self):
        log = open(self.folder.path / "server.log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [str(harness.GRAPNEL), "serve", "hooks"], cwd=self.place, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)

        def is_ready():
            self.assertIsNone(process.poll(), pathlib.Path(log.name).read_text())
            try:
                return urllib.request.urlopen("http://127.0.0.1:8080/healthz", timeout=5).status == 200
            except (urllib.error.URLError, OSError):
                return False

        eventually(is_ready, what="the server of the tour")

    def follow(self, command):
        script = "\n".join(["shopt -s expand_aliases", *self.kept, command.removesuffix("&").strip(), ""])
        self.processes.append(
            subprocess.Popen(
                ["bash", "-c", script], cwd=self.place, env=self.environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))

    def test_tour(self):
        self.serve()
        for number, (command, output) in enumerate(self.steps, 1):
            with self.subTest(f"{number}: {command}"):
                self.step(command, output)

    def step(self, command, output):
        if re.match(r"(git clone|make) ", command):
            return
        if command.endswith("&") or re.search(r"\blogs\b.* -f\b", command):
            self.follow(command)
            return
        if re.match(r"(alias|cd|export) |\w+=", command):
            # What a reader's shell keeps for the commands that follow.
            self.kept.append(command)
            return
        last = []

        def attempt():
            # A change of a file, or the record of a run, takes a moment; a tour's reader is slower than it.
            result = self.run_shell(command)
            last[:] = [result]
            shown = (result.stdout.strip(), (result.stdout + result.stderr).strip())
            return result.returncode == 0 and (
                output is None or any(pattern(output).fullmatch(text) for text in shown))

        # What only asks may be asked again.
        is_question = re.match(r"(curl|grapnel (hooks|traces ls|traces show|logs|run|doctor))", command)
        try:
            eventually(attempt, 10 if is_question else 0, what=f"what is to be printed by {command}", every=0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}\nit printed: {last[0].stdout}{last[0].stderr}\ninstead of: {output}") from None

    def run_shell(self, command):
        script = "\n".join(["shopt -s expand_aliases", *self.kept, command, ""])
        return subprocess.run(
            ["bash", "-c", script], cwd=self.place, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120)


if __name__ == "__main__":
    unittest.main()
