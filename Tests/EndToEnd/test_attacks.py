"""Every attack of the table, in every language that it can be written in: each ends as the table says, the next innocent
hook works, and nothing is left.

`attacks/ATTACK/main.EXTENSION` is one hostile hook; those in C are compiled when the tests run. The numbers are those of
the rows of `docs/sandbox.md`. The variants of one attack run at the same time, so that each of them also is an attack on
the hooks beside it.
"""

import collections
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import unittest

import harness
from harness import LEFTOVER, ServerCase, eventually

ATTACKS = pathlib.Path(__file__).with_name("attacks")
LANGUAGES = {
    "sh": "bash", "py": "python", "js": "node", "pl": "perl", "rb": "ruby", "lua": "lua", "php": "php", "c": "executable",
}
PARAMETERS = ("paths", "targets", "sockets", "name", "processes", "target")

Attack = collections.namedtuple("Attack", "rows limits check")


class Compiler:
    """Makes programs of the attacks that are written in C."""

    def __init__(self):
        self.command = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)

    def compile(self, source, folder):
        program = folder / source.parent.name
        subprocess.run(
            [self.command, "-O1", "-pthread", "-o", str(program), str(source)], check=True, capture_output=True)
        return program.read_bytes()


#: Languages whose runs begin another way than by exec: their attacks are made both ways.
READY = {"python": "pass\n", "node": "0\n"}


def definition(runtime, entry, limits, more=""):
    properties = ", ".join(f"{name}: {{type: string}}" for name in PARAMETERS)
    return f"runtime: {runtime}\nentry: {entry}\nparameters: {{properties: {{{properties}}}}}\nlimits: {{{limits}}}\n{more}"


# How attacks end. Each looks at one variant: `case` is the test, `run` what became of it.


def limited(reason, setting, *, mentions=(), output="before", http=502):
    """The limit ends it, and the trace names the limit, its value and the setting; the output so far is kept."""

    def check(case, run):
        trace = run.trace
        case.assertEqual(run.answer.status, http, run)
        case.assertEqual(run.answer.problem.get("field"), setting, run)
        case.assertEqual((trace["status"], trace["failure"]["reason"]), ("limited", reason), run)
        case.assertEqual(trace["failure"]["setting"], setting, run)
        for words in (setting, *mentions):
            case.assertIn(words, trace["failure"]["message"], run)
        case.assertIn(output, trace["bodies"]["output"].get("text", ""), run)

    return check


def timed_out(case, run):
    case.assertEqual(run.answer.status, 504, run)
    case.assertEqual((run.trace["status"], run.trace["failure"]["reason"]), ("timed_out", "timeout"), run)
    case.assertEqual(run.trace["failure"]["setting"], "limits.timeout", run)
    case.assertIn("limits.timeout (1500ms)", run.trace["failure"]["message"], run)
    case.assertEqual(run.trace["bodies"]["output"]["text"], "before\n", run)


def throttled(case, run):
    """Slowed down, not ended: that is the time-out's affair."""
    timed_out(case, run)
    # A quarter of a processor: four processes that spin freely would use several times the clock's time.
    case.assertLess(run.trace["cpu_ms"], 0.6 * run.trace["duration_ms"], run)


def bombed(reason, setting):
    """As `limited`; a language may survive its limit, and then the time-out ends it and names the limit too."""
    inner = limited(reason, setting, mentions=("(24)",))

    def check(case, run):
        if run.trace["status"] != "timed_out":
            return inner(case, run)
        case.assertEqual(run.answer.status, 504, run)
        case.assertIn(f"{setting} (24)", run.trace["failure"]["message"], run)
        case.assertIn("before", run.trace["bodies"]["output"]["text"], run)

    return check


def succeeded(text=None):
    def check(case, run):
        case.assertEqual((run.answer.status, run.trace["status"]), (200, "succeeded"), run)
        if text is not None:
            case.assertEqual(run.answer.text, text, run)

    return check


def refused(*words):
    """Says of each thing that it tries how it was answered; none may have worked. `words` must be among the answers."""

    def check(case, run):
        case.assertEqual((run.answer.status, run.trace["status"]), (200, "succeeded"), run)
        lines = run.answer.text.splitlines()
        case.assertEqual([line for line in lines if line.startswith("BREACH")], [], run)
        case.assertTrue([line for line in lines if line.startswith("refused")], run)
        for word in words:
            case.assertIn(word, lines, run)

    return check


def survived(case, run):
    """May be ended by its own blow; the host is not hit."""
    case.assertIn(run.trace["status"], ("succeeded", "failed"), run)
    output = run.trace["bodies"]["output"].get("text", "")
    case.assertNotIn("BREACH", output, run)
    case.assertIn("refused", output, run)


def flooded(stream):
    def check(case, run):
        limited("output", "limits.output", mentions=("(32KiB)",), output="")(case, run)
        bodies = run.trace["bodies"]
        if stream == "output":
            case.assertEqual((bodies["output"]["cut"], len(bodies["output"]["text"])), (True, 32 << 10), run)
        elif stream == "error":
            case.assertEqual(bodies["output"].get("text", ""), "before\n", run)
            case.assertTrue(bodies["error_output"]["cut"], run)
            case.assertIn("a line of the log\n", bodies["error_output"]["text"], run)
        elif stream == "line":
            case.assertTrue(bodies["error_output"]["cut"], run)
            for line in case.server.logs(run=run.trace["id"], limit=1000):
                case.assertLessEqual(len(str(line["value"])), 32 << 10, run)

    return check


def own_environment(case, run):
    case.assertEqual(run.answer.status, 200, run)
    variables = dict(part.split("=", 1) for part in run.answer.text.split("\0") if part)
    known = {
        "PATH", "HOME", "TMPDIR", "LC_CTYPE", "SHELL", "HOOK_PAYLOAD", "HOOK_CONFIG", "REQUEST_METHOD", "QUERY_STRING",
        "PATH_INFO", "CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR", "TRACEPARENT", "_", "PWD", "SHLVL", "OLDPWD",
        *(f"PARAM_{name.upper()}" for name in PARAMETERS),
    }
    own = ("HTTP_", "GRAPNEL_")
    case.assertEqual({name for name in variables if name not in known and not name.startswith(own)}, set(), run)
    for name in ("HTTP_PROXY", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "LD_PRELOAD"):
        case.assertNotIn(name, variables, run)
    case.assertNotIn(case.server.key, run.answer.text, run)
    case.assertNotIn("the server's own environment", run.answer.text, run)


def own_descriptors(case, run):
    case.assertEqual(run.answer.status, 200, run)
    found = dict(line.split(" ", 1) for line in run.answer.text.splitlines())
    for number, target in found.items():
        if int(number) > 4:
            # What the interpreter opened itself.
            own = ("anon_inode:", "pipe:", "/proc/", "/hook", "/runtimes", "/usr/", "/dev/null", "/dev/urandom")
            case.assertTrue(target.startswith(own), run)
    sockets = {number for number, target in found.items() if target.startswith("socket:")}
    case.assertLessEqual(sockets, {"0", "1", "2", "3", "4"}, run)
    case.assertNotIn(str(case.server.folder.path), run.answer.text, run)


def forged(case, run):
    case.assertEqual(run.answer.status, 200, run)
    case.assertNotIn("X-Evil", run.answer.headers, run)
    case.assertEqual(
        run.answer.text, '37:{"type":"head","status":201,"x":"yz"},HTTP/1.1 201 Created\r\nX-Evil: 1\r\n\r\n', run)
    case.assertEqual([line for line in case.server.logs(run=run.trace["id"])], [], run)


def escaped_in_logs(case, run):
    case.assertEqual(run.answer.status, 200, run)
    for arguments in (["logs", "--run", run.trace["id"]], ["traces", "show", run.trace["id"]]):
        shown = case.server.cli(*arguments, input=b"")
        case.assertEqual(shown.returncode, 0, shown)
        for code in (b"\x1b", b"\x07", b"\r", b"\x9b"):
            case.assertNotIn(code, shown.stdout.replace(b"\xc2\x9b", b"\x9b") if code == b"\x9b" else shown.stdout, shown)
    case.assertIn(b"owned", case.server.cli("logs", "--run", run.trace["id"], input=b"").stdout)


#: attack → rows of the table, limits of its hooks, what must become of it
TABLE = {
    "forks": Attack("1", "timeout: 3s, processes: 24", bombed("processes", "limits.processes")),
    "threads": Attack("2", "timeout: 3s, processes: 24", bombed("processes", "limits.processes")),
    "memory": Attack("3", "timeout: 60s, memory: 96MiB", limited("memory", "limits.memory", mentions=("(96MiB)",))),
    "memory-files": Attack(
        "4", "timeout: 60s, memory: 96MiB, disk: 2GiB", limited("memory", "limits.memory", mentions=("(96MiB)",))),
    "disk": Attack("5", "timeout: 60s, disk: 4MiB", limited("disk", "limits.disk", mentions=("(4MiB)",))),
    "inodes": Attack("5", "timeout: 60s, files: 64", limited("files", "limits.files", mentions=("(64)",))),
    "sparse": Attack("6", "timeout: 60s, disk: 4MiB", refused()),
    "stdout": Attack("7", "timeout: 60s, output: 32KiB", flooded("output")),
    "stderr": Attack("8", "timeout: 60s, output: 32KiB", flooded("error")),
    "both": Attack("8", "timeout: 60s, output: 32KiB", flooded("both")),
    "line": Attack("9", "timeout: 60s, output: 32KiB", flooded("line")),
    "ignores-term": Attack("10", "timeout: 1500ms", timed_out),
    "daemon": Attack("11", "timeout: 60s", succeeded("done\n")),
    "holds-stdout": Attack("12", "timeout: 60s", succeeded("done\n")),
    "zombies": Attack("13", "timeout: 60s, processes: 64", succeeded("done\n")),
    "spins": Attack("14", "timeout: 1500ms, cpu: 0.25", throttled),
    "sleeps": Attack("15", "timeout: 1500ms", timed_out),
    "reads": Attack("16, 20, 22", "timeout: 60s", refused()),
    "environment": Attack("17", "timeout: 60s", own_environment),
    "kills": Attack("19", "timeout: 60s", survived),
    "links": Attack("21, 22", "timeout: 60s", refused()),
    "swaps": Attack("23", "timeout: 60s", succeeded("done\n")),
    "writes": Attack("24, 36, 37", "timeout: 60s", refused()),
    "leftovers": Attack("25, 26", "timeout: 60s", None),
    "descriptors": Attack("27", "timeout: 60s", own_descriptors),
    "connects": Attack("28, 29, 30", "timeout: 60s", refused()),
    "privileges": Attack("31, 32, 33, 36", "timeout: 60s", refused()),
    "calls": Attack("18, 31–36", "timeout: 60s", refused("done")),
    "forges": Attack("39", "timeout: 60s", forged),
    "escapes-in-logs": Attack("41", "timeout: 60s", escaped_in_logs),
}


class Variant:
    """One attack in one language, and what became of it."""

    def __init__(self, attack, language, hook):
        self.attack, self.language, self.hook = attack, language, hook
        self.answer = self.trace = self.error = None

    def __str__(self):
        return f"{self.hook}: {self.answer} {self.trace} {self.error}"


def sources(attack):
    return {LANGUAGES[path.suffix[1:]]: path for path in sorted((ATTACKS / attack).glob("main.*"))}


class AttackCase(ServerCase):
    """The attacks of `names`, on a server of their own."""

    names = ()

    @classmethod
    def setUpClass(cls):
        harness.require_binary()
        cls.skipped = set()
        cls.folder = harness.Folder("grapnel-attacks-")
        compiler = Compiler()
        cls.hooks = {}
        for attack in cls.names:
            for language, source in sources(attack).items():
                if language == "executable" and compiler.command is None:
                    cls.skipped.add("executable")
                    continue
                entry = "main" if language == "executable" else source.name
                content = compiler.compile(source, cls.folder.path) if language == "executable" else source.read_bytes()
                cls.hooks[f"{attack}-{language}"] = {
                    entry: content, "hook.yaml": definition(language, entry, TABLE[attack].limits)}
                if language in READY:
                    cls.hooks[f"{attack}-{language}-exec"] = {
                        entry: content, "hook.yaml": definition(language, entry, TABLE[attack].limits, "start: exec\n")}
        for language, text in READY.items():
            cls.hooks[f"calm-{language}"] = {"main": text, "hook.yaml": definition(language, "main", "timeout: 30s")}
        super().setUpClass()
        for hook in cls.hooks:
            cls.server.deployed(hook)
        for language in READY:
            eventually(lambda: cls.server.call(f"calm-{language}") and cls.served(language), what=f"a ready {language}")

    @classmethod
    def served(cls, language):
        """How many runs were begun from what was ready."""
        return sum(pool["served"] for pool in cls.server.pools() if pool["runtime"] == language)

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.folder.remove()

    def payload(self):
        """What the attacks are told about the host, each as a parameter."""
        server = self.server
        data = [str(server.data), *(str(path) for path in server.data.iterdir()), str(server.hooks)]
        secret = [
            "/etc/shadow", "/root/.bashrc", "/proc/1/environ", "/proc/1/mem", f"/proc/{server.pid}/environ",
            f"/proc/{server.launcher}/environ", f"/proc/{server.pid}/mem", "/proc/kcore", "/proc/kmsg", "/dev/kmsg",
            "/dev/mem", "/dev/sda", "/dev/vda", "/sys/kernel/notes", "/proc/1/root/etc/shadow",
            *(prefix + path for path in data for prefix in (
                "", "/proc/self/root", "/proc/1/root", "/proc/1/cwd", "/hook/../../../..", "/proc/self/cwd/..")),
        ]
        return {"paths": ",".join(secret), "processes": f"{server.pid},{server.launcher}", "target": str(server.data)}

    def perform(self, attack, payload):
        """Runs all variants at once, and innocent hooks beside them."""
        hooks = [(language, f"{attack}-{language}{way}") for language in sources(attack) for way in ("", "-exec")]
        variants = [Variant(attack, language, hook) for language, hook in hooks if hook in self.hooks]
        headers = {
            "Proxy": "http://evil.example", "Cookie": "session=secret", "X-Api-Key": "secret", "LD_PRELOAD": "/tmp/evil.so"}

        def run(variant):
            try:
                variant.answer = self.server.call(variant.hook, payload, timeout=120, headers=headers)
                variant.trace = self.server.ended(variant.answer.run, seconds=120)
            except Exception as error:  # told by the check, in the test's own thread
                variant.error = error

        threads = [threading.Thread(target=run, args=(variant,)) for variant in variants]
        for thread in threads:
            thread.start()
        self.assert_innocent()
        for thread in threads:
            thread.join()
        return variants

    def attack(self, attack, payload=None):
        if not self.has_cgroups and attack in NEED_CGROUPS:
            self.skipTest("NOT TESTED: without cgroups this limit is kept for each process, see docs/sandbox.md")
        if self.skipped and attack == "calls":
            self.skipTest("NOT TESTED: there is no C compiler")
        variants = self.perform(attack, {**self.payload(), **(payload or {})})
        for variant in variants:
            with self.subTest(hook=variant.hook):
                if variant.error is not None or variant.trace is None:
                    raise AssertionError(f"{variant}") from variant.error
                if TABLE[attack].check is not None:
                    TABLE[attack].check(self, variant)
        self.assert_innocent()
        eventually(lambda: not harness.run_processes(self.server), 30, "the end of all that the attack started")
        self.assertFalse(harness.host_leftovers() - self.footprint.files)
        return variants


#: What only a cgroup can promise.
NEED_CGROUPS = {"forks", "threads", "memory", "memory-files", "spins"}


class Exhaustion(AttackCase):
    """Attacks on what a run may use: each names the limit, its value and its setting."""

    names = (
        "forks", "threads", "memory", "memory-files", "disk", "inodes", "sparse", "stdout", "stderr", "both", "line", "spins")

    def test_forks(self):  # 1
        self.attack("forks")

    def test_threads(self):  # 2
        self.attack("threads")

    def test_memory(self):  # 3
        before = harness.read_status(self.server.pid)["rss"]
        self.attack("memory")
        self.assertLess(harness.read_status(self.server.pid)["rss"] - before, 64 << 20)

    def test_memory_in_files(self):  # 4
        self.attack("memory-files")

    def test_disk(self):  # 5
        self.attack("disk")

    def test_inodes(self):  # 5
        self.attack("inodes")

    def test_sparse_files(self):  # 6
        self.attack("sparse")

    def test_output(self):  # 7, 8, 9
        for attack in ("stdout", "stderr", "both", "line"):
            self.attack(attack)

    def test_processor(self):  # 14
        self.attack("spins")


class Endings(AttackCase):
    """Attacks on the end of a run."""

    names = ("ignores-term", "daemon", "holds-stdout", "zombies", "sleeps", "kills", "swaps")

    def test_time(self):  # 10, 15
        for attack in ("ignores-term", "sleeps"):
            self.attack(attack)

    def test_processes_that_stay(self):  # 11, 12, 13
        for attack in ("daemon", "holds-stdout", "zombies"):
            self.attack(attack)
        zombies = lambda: [s for s in harness.descendants(self.server.pid).values() if s["state"] == "Z"]
        eventually(lambda: not zombies(), 10, "the reaping of all zombies")

    def test_signals(self):  # 19
        self.attack("kills")
        self.assertIsNone(self.server.process.poll())

    def test_swapped_folders(self):  # 23
        # Beside the data folder, which a clean-up that followed a link would empty, one that nothing else changes.
        target = self.folder.path / "outside"
        (target / "deep").mkdir(parents=True, exist_ok=True)
        (target / "deep" / "file").write_text("still here")
        os.chmod(target / "deep", 0o777)
        os.chmod(target, 0o777)
        for _ in range(3):
            self.attack("swaps", {"target": str(target)})
        self.assertEqual((target / "deep" / "file").read_text(), "still here")
        self.assertEqual(sorted(path.name for path in target.iterdir()), ["deep"])


class Trespasses(AttackCase):
    """Attacks on what is not the run's own."""

    names = (
        "reads", "environment", "links", "writes", "leftovers", "descriptors", "connects", "privileges", "calls", "forges",
        "escapes-in-logs")

    def test_reads(self):  # 16, 20, 22
        self.attack("reads")

    def test_environment(self):  # 17
        self.attack("environment")

    def test_links(self):  # 21, 22
        targets = ["/etc/passwd", "/usr/bin/env", str(self.server.data / "admin.key"), str(self.server.data / "server.json")]
        look = lambda: [(os.stat(path).st_mode, os.stat(path).st_uid, os.stat(path).st_mtime_ns) for path in targets]
        before = look()
        self.attack("links", {"paths": ",".join([*targets, "/etc/shadow", str(self.server.data)])})
        self.assertEqual(look(), before)

    def test_writes(self):  # 24, 36, 37
        folders = [
            "", "/etc", "/usr", "/usr/bin", "/usr/lib/python3", "/bin", "/lib", "/hook", "/runtimes", "/runtimes/python",
            "/runtimes/node", "/dev", "/proc", "/proc/sys/kernel", "/sys", "/sys/fs/cgroup", "/var", "/run", "/home", "/root",
        ]
        files = [
            "/hook/hook.yaml", "/runtimes/python/bootstrap.py", "/runtimes/bash/bootstrap.bash", "/etc/passwd", "/etc/hosts",
            "/etc/resolv.conf", "/usr/bin/python3", "/usr/bin/env", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches",
            "/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/proc/1/oom_score_adj", "/proc/1/mem", "/dev/kmsg", "/dev/mem",
            "/dev/fuse", "/sys/fs/cgroup/cgroup.procs", "/sys/kernel/uevent_helper", "/proc/sys/user/max_user_namespaces",
            f"/proc/{self.server.pid}/oom_score_adj",
        ]
        paths = [f"{folder}/{LEFTOVER}" for folder in folders] + files
        self.attack("writes", {"paths": ",".join(paths)})

    def test_leftovers(self):  # 25, 26
        for _ in range(2):
            for variant in self.attack("leftovers"):
                with self.subTest(language=variant.language):
                    self.assertEqual(variant.answer.status, 200, variant)
                    self.assertNotIn("BREACH", variant.answer.text, variant)
                    self.assertIn("made", variant.answer.text, variant)
                    self.assertIn("done", variant.answer.text, variant)

    def test_descriptors(self):  # 27
        self.attack("descriptors")

    def test_connections(self):  # 28, 29, 30
        name = f"grapnel-e2e-{os.getpid()}"
        with socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as named:
            abstract.bind(f"\0{name}")
            path = str(self.server.folder.path / "listener")
            named.bind(path)
            os.chmod(path, 0o777)
            for listener in (abstract, named):
                listener.listen()
                listener.settimeout(0)
            port = self.server.port
            hosts = ("127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1", "192.168.0.1", "[::ffff:127.0.0.1]",
                     "[fe80::1]")
            targets = ",".join(f"{host}:{port}" for host in hosts) + ",172.17.0.1:2375,127.0.0.53:53"
            sockets = f"@{name},{path},/run/docker.sock,/var/run/docker.sock,/run/dbus/system_bus_socket"
            self.attack("connects", {"targets": targets, "sockets": sockets, "name": "example.com"})
            for listener in (abstract, named):
                with self.assertRaises(BlockingIOError):
                    listener.accept()
            os.unlink(path)

    def test_privileges(self):  # 31, 32, 33, 36
        self.attack("privileges")

    def test_calls(self):  # 18, 31–36
        if os.uname().machine != "x86_64":
            self.skipTest("NOT TESTED: the numbers of the calls are those of x86-64")
        self.attack("calls")

    def test_forged_answers(self):  # 39
        self.attack("forges")

    def test_escapes_in_logs(self):  # 41
        self.attack("escapes-in-logs")
        for path in ("/api/v1/runs/..%2f..%2fetc%2fpasswd", "/api/v1/logs?run=..%2f..%2fetc", "/main/..%2fhello",
                     "/api/v1/hooks/..%2f..%2fx"):
            with self.subTest(path):
                self.assertIn(self.server.get(path).status, (400, 404), path)


if harness.IS_ROOT:

    class TrespassesAtLevelUser(Trespasses):
        """The same on a server that was started without rights."""

        options = {"user": harness.NOBODY}

    class EndingsAtLevelUser(Endings):
        """The same on a server that was started without rights."""

        options = {"user": harness.NOBODY}


class Tables(unittest.TestCase):
    def test_every_attack_is_in_the_table_and_run(self):
        folders = {path.name for path in ATTACKS.iterdir()}
        self.assertEqual(folders, set(TABLE))
        self.assertEqual(folders, {*Exhaustion.names, *Endings.names, *Trespasses.names})

    def test_every_attack_is_documented(self):
        text = (harness.REPOSITORY / "docs/sandbox.md").read_text().partition("## Attacks that the tests make")[2]
        for attack, row in TABLE.items():
            with self.subTest(attack):
                line = next((line for line in text.splitlines() if f"`{attack}`" in line and line.startswith("|")), "")
                self.assertTrue(line.startswith(f"| {row.rows} |"), line)


if __name__ == "__main__":
    unittest.main()
