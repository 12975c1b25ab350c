"""Holds fork servers and processes that wait against what a run by exec has, and against what must not go from run to
run. Needs GRAPNEL_LAUNCHER (the binary), with libgrapnel-fork.so beside it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import tempfile
import unittest

from launcher_client import (
    BUNDLE, BY_EXEC, BY_FORK, BY_SPARE, EXITED, MEMORY, PROCESSES, SIGNALLED, Launcher, binary, wait_until)
from test_launcher import SPARES, cgroup_folders, children, is_alive, probe

RUNTIMES = pathlib.Path(__file__).resolve().parents[2] / "runtimes"
PYTHON = "/usr/bin/python3"
NODE = next((path for path in ("/usr/bin/node", "/usr/local/bin/node") if os.path.exists(path)), None)
LIBRARY = "/libexec/libgrapnel-fork.so"
HAS_LIBRARY = os.path.exists(os.path.join(os.path.dirname(binary()), "libgrapnel-fork.so"))

#: Everything that a process inherits, or that an interpreter could remember, as far as it can be told from inside.
STATE = """
import gc, locale, os, resource, signal, sys, threading, time
def files():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try: found.append((name, os.readlink(f"/proc/self/fd/{name}").split(":")[0]))
        except OSError: pass
    return sorted(found)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print({
    "environment": sorted(os.environ.items()), "os": os.environ is not None and os.getenv("HOME"),
    "folder": os.getcwd(), "umask": status["Umask"], "argv": sys.argv, "path": sys.path,
    "flags": str(sys.flags), "main": sorted(name for name in globals() if name not in ("files", "status")),
    "signals": {name: status[name] for name in ("SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt")},
    "rights": {name: status[name] for name in status if name.startswith("Cap") or name in (
        "NoNewPrivs", "Seccomp", "Seccomp_filters", "Uid", "Gid", "Groups")},
    "files": [kind for _, kind in files()], "numbers": [number for number, _ in files()],
    "limits": [resource.getrlimit(each) for each in range(16)], "threads": threading.active_count(),
    "group": (os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0)), "nice": os.nice(0),
    "encoding": (sys.stdout.encoding, sys.stdin.encoding, sys.stderr.errors, locale.getlocale()),
    "buffers": (sys.stdout.line_buffering, sys.stderr.line_buffering), "gc": gc.isenabled(), "zone": time.tzname,
    "adj": open("/proc/self/oom_score_adj").read(), "dumpable": os.stat("/proc/self/environ").st_uid,
    "name": open("/proc/self/comm").read(), "shared": "memfd" in open("/proc/self/maps").read(),
    "mounts": sorted(line.split()[4] for line in open("/proc/self/mountinfo")),
    "processes": sorted(name for name in os.listdir("/proc") if name.isdigit()),
})
"""

#: Leaves whatever a process can leave.
MESS = """
import builtins, gc, json, os, random, signal, socket, sys, tempfile, threading
builtins.left = json.left = os.left = 1
random.seed(7)
os.environ["LEFT"] = "1"; os.putenv("LEFT", "1"); os.umask(0); os.chdir("/tmp")
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); signal.signal(signal.SIGUSR2, signal.SIG_IGN)
open("/tmp/left", "w").write("x"); open("/dev/shm/left", "w").write("x")
kept = open("/tmp/left"); os.dup2(kept.fileno(), 77)
sys.path.insert(0, "/tmp"); sys.stdout.reconfigure(line_buffering=True); sys.setrecursionlimit(77)
gc.disable(); tempfile.tempdir = "/tmp/left"
s = socket.socket(socket.AF_UNIX); s.bind("\\0left")
lock = threading.Lock(); lock.acquire()
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); os.nice(5)
"""


#: What the server gives to runs, and more.
VARIABLES = {"A": "1", "TZ": "Asia/Tokyo", "HOME": "/tmp", "LC_CTYPE": "C.UTF-8"}


class WarmCase(unittest.TestCase):
    level = "full" if os.geteuid() == 0 else "user"
    options = ()

    @classmethod
    def setUpClass(cls):
        missing = [each["name"] for each in probe() if cls.level in each["required_for"] and not each["works"]]
        if missing:
            raise unittest.SkipTest(f"level {cls.level} needs {', '.join(missing)}")
        if not HAS_LIBRARY:
            raise AssertionError("libgrapnel-fork.so is not beside the launcher")
        cls.folder = tempfile.mkdtemp(prefix="grapnel-warm-test-")
        os.chmod(cls.folder, 0o755)
        cls.bundle = os.path.join(cls.folder, "bundles", BUNDLE)
        os.makedirs(cls.bundle)
        os.makedirs(os.path.join(cls.folder, "layers"))
        shutil.copytree(RUNTIMES, os.path.join(cls.folder, "runtimes"))
        cls.launcher = None
        cls.begin()

    @classmethod
    def begin(cls, *options):
        """A launcher of its own for what comes, with a name of its own."""
        if cls.launcher is not None:
            cls.launcher.close()
        words = [PYTHON, "-I", "-S", "-B", "/runtimes/python/server.py", LIBRARY]
        runtimes = ["--fork", "python", *(each for word in words for each in ("--word", word))]
        if NODE:
            words = [NODE, "/runtimes/node/park.cjs", LIBRARY]
            runtimes += ["--spare", "node", *(each for word in words for each in ("--word", word))]
        cls.launcher = Launcher(cls.level, folder=cls.folder, options=[*runtimes, *cls.options, *options])

    @classmethod
    def tearDownClass(cls):
        if getattr(cls, "launcher", None) is not None:
            name = cls.launcher.name
            below = children(cls.launcher.pid)
            cls.launcher.close()
            left = [pid for pid in below if is_alive(pid)]
            shutil.rmtree(cls.folder, ignore_errors=True)
            assert not left and not cgroup_folders(name), (left, cgroup_folders(name), cls.launcher.diagnostics)

    def write(self, text, name="main.py"):
        path = os.path.join(self.bundle, name)
        with contextlib.suppress(OSError):
            os.unlink(path)
        pathlib.Path(path).write_text(text)
        return f"/hook/{name}"

    def python(self, text, runtime="python", **options):
        return self.launcher.run(
            [PYTHON, "-I", "-S", "-B", "/runtimes/python/bootstrap.py", self.write(text)], runtime=runtime, **options)

    def node(self, text, runtime="node", name="main.js", **options):
        return self.launcher.run(
            [NODE, "/runtimes/node/bootstrap.cjs", self.write(text, name)], runtime=runtime, **options)

    def pool(self, runtime="python", serial=1):
        return next((pool for pool in self.launcher.status() if (pool.runtime, pool.serial) == (runtime, serial)), None)

    def warm(self, run=None, start=BY_FORK, serial=1):
        """Runs until runs are begun from a pool."""
        run = run or (lambda: self.python("pass", serial=serial))
        self.assertTrue(wait_until(lambda: run().exit.start == start, 30), self.launcher.status())

    def waiting(self, count=1, runtime="python"):
        self.assertTrue(wait_until(lambda: self.pool(runtime) and self.pool(runtime).waiting >= count, 30))

    def assertForked(self, outcome, code=0):
        self.assertEqual((outcome.exit.start, outcome.exit.ending, outcome.exit.code, outcome.exit.step),
                         (BY_FORK, EXITED, code, "none"), (outcome.exit, outcome.output, outcome.error))


class ForkServers(WarmCase):
    def setUp(self):
        self.warm()

    def test_a_fork_has_what_an_executed_program_has(self):
        self.waiting()
        forked = self.python(STATE, env=VARIABLES)
        executed = self.python(STATE, runtime="", env=VARIABLES)
        self.assertForked(forked)
        self.assertEqual(executed.exit.start, BY_EXEC)
        mine, theirs = eval(forked.output), eval(executed.output)
        for name, value in theirs.items():
            self.assertEqual(mine[name], value, name)
        self.assertFalse(mine["shared"])

    def test_nothing_goes_from_run_to_run(self):
        clean = eval(self.python(STATE).output)
        for _ in range(3):
            self.assertForked(self.python(MESS))
        outcome = self.python(STATE + "import builtins, json, random, tempfile\n"
                              "print(hasattr(builtins, 'left'), hasattr(json, 'left'), hasattr(os, 'left'), os.listdir('/tmp'),"
                              "os.listdir('/dev/shm'), sys.getrecursionlimit(), tempfile.tempdir,"
                              "'left' in open('/proc/net/unix').read(), len(os.sched_getaffinity(0)))")
        self.assertForked(outcome)
        state, rest = outcome.output.decode().splitlines()
        self.assertEqual({**eval(state), "main": []}, {**clean, "main": []})
        self.assertEqual(rest, "False False False ['.shm'] [] 1000 None False "
                         f"{len(os.sched_getaffinity(0))}")

    def test_random_numbers_are_drawn_anew(self):
        drawn = set()
        for _ in range(6):
            outcome = self.python(
                "import random, uuid, secrets, tempfile, ssl\nprint(random.random(), uuid.uuid4(), secrets.token_hex(),"
                " tempfile.mktemp(), ssl.RAND_bytes(8).hex())")
            self.assertForked(outcome)
            drawn.update(outcome.output.split())
        self.assertEqual(len(drawn), 30)

    def test_a_module_of_the_bundle_goes_before_an_early_one(self):
        self.write("value = 'mine'\n", "string.py")
        self.write("value = 'mine too'\n", "enum.py")
        try:
            outcome = self.python("import string, enum\nprint(string.value, enum.value)")
        finally:
            for name in ("string.py", "enum.py"):
                os.unlink(os.path.join(self.bundle, name))
        self.assertForked(outcome)
        self.assertEqual(outcome.output, b"mine mine too\n")
        self.assertEqual(self.python("import string; print(string.digits)").output, b"0123456789\n")

    def test_threads_children_and_locks_work(self):
        outcome = self.python(
            "import subprocess, threading, os, concurrent.futures as c, multiprocessing\n"
            "print(subprocess.run(['/bin/echo', 'child'], capture_output=True).stdout, flush=True)\n"
            "with c.ThreadPoolExecutor(4) as pool: print(sum(pool.map(abs, range(-9, 0))), flush=True)\n"
            "pid = os.fork()\n"
            "if pid == 0: os._exit(3)\n"
            "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), threading.main_thread() is threading.current_thread())")
        self.assertForked(outcome)
        self.assertEqual(outcome.output, b"b'child\\n'\n45\n3 True\n")

    def test_the_fork_server_and_siblings_are_out_of_reach(self):
        self.waiting()
        server = self.pool()
        outcome = self.python(f"""
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
def tries(pid):
    for number in (0, signal.SIGKILL, signal.SIGSTOP):
        try: os.kill(pid, number); print("signalled", pid)
        except OSError: pass
    ctypes.set_errno(0)
    if libc.ptrace(16, pid, 0, 0) == 0: print("traced", pid)
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    if libc.process_vm_readv(pid, vector, 1, vector, 1, 0) > 0: print("read", pid)
    for name in ("mem", "maps", "environ", "fd", "root", "cwd"):
        if os.path.lexists(f"/proc/{{pid}}/{{name}}"): print("seen", pid, name)
for pid in {[server.pid, *children(self.launcher.pid)]!r}:
    if int(pid) > 64: tries(int(pid))
# Its own init: as weak, and not to be looked into.
for name in ("mem", "maps", "environ", "fd/3"):
    try: open("/proc/1/" + name, "rb").read(1); print("read init's", name)
    except OSError: pass
ctypes.set_errno(0)
if libc.ptrace(16, 1, 0, 0) == 0: print("traced init")
if libc.prctl(4, 0) != 0: print("prctl")
print(sorted(name for name in os.listdir("/proc") if name.isdigit()), open("/proc/net/unix").read().count("\\n"),
      open("/proc/sysvipc/shm").read().count("\\n"))
maps = open("/proc/self/maps").read()
shared = [line for line in maps.splitlines() if line.split()[1][3] == "s"]
# The C library's own are of files that nobody can write.
print([line for line in shared if "w" in line.split()[1] or "/usr/" not in line])
""")
        self.assertForked(outcome)
        self.assertEqual(outcome.output, b"['2'] 1 1\n[]\n", outcome.error)
        self.assertEqual(self.pool().pid, server.pid)
        self.assertForked(self.python("pass"))

    def test_a_limit_ends_the_run_and_nobody_else(self):
        server = self.pool().pid
        if not self.launcher.cgroup:
            self.skipTest("NOT TESTED: no cgroups")
        memory = self.python("x = bytearray(1 << 28)", memory=64 << 20)
        self.assertEqual((memory.exit.start, memory.exit.ending, memory.exit.breaches & MEMORY),
                         (BY_FORK, SIGNALLED, MEMORY), memory.exit)
        bomb = self.python(
            "import os\nwhile True:\n try:\n  if os.fork() == 0: os.read(os.pipe()[0], 1)\n except OSError: os._exit(1)",
            processes=16)
        self.assertEqual((bomb.exit.start, bomb.exit.breaches & PROCESSES), (BY_FORK, PROCESSES), bomb.exit)
        files = self.python(
            "import os\ntry:\n while True: os.dup(0)\nexcept OSError as error: print(error.errno)", open_files=64)
        self.assertEqual(files.output, b"24\n")
        self.assertForked(self.python("pass"))
        self.assertEqual(self.pool().pid, server)

    def test_a_run_that_is_killed_with_a_lock_held_harms_nobody(self):
        server = self.pool().pid
        id, *readers = self.launcher.begin(
            [PYTHON, "-I", "-S", "-B", "/runtimes/python/bootstrap.py", self.write(
                "import _imp, grapnel, time\n_imp.acquire_lock()\ngrapnel._control_lock.acquire()\n"
                "print('held', flush=True)\ntime.sleep(600)")], runtime="python")
        self.assertEqual(os.read(readers[0], 9), b"held\n")
        self.launcher.signal(id, signal.SIGKILL)
        ended = self.launcher.wait(id)
        for reader in readers:
            os.close(reader)
        self.assertEqual((ended.start, ended.ending, ended.code), (BY_FORK, SIGNALLED, signal.SIGKILL))
        outcome = self.python("import grapnel; grapnel.log.info('x')\nimport decimal\nprint('fine')")
        self.assertForked(outcome)
        self.assertEqual(outcome.output, b"fine\n")
        self.assertEqual(self.pool().pid, server)

    def test_a_term_signal_reaches_a_fork(self):
        id, *readers = self.launcher.begin(
            [PYTHON, "-I", "-S", "-B", "/runtimes/python/bootstrap.py", self.write(
                "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\nprint('up', flush=True)\n"
                "while True: signal.pause()")], runtime="python")
        self.assertEqual(os.read(readers[0], 9), b"up\n")
        self.launcher.signal(id, signal.SIGTERM)
        ended = self.launcher.wait(id)
        for reader in readers:
            os.close(reader)
        self.assertEqual((ended.start, ended.ending, ended.code), (BY_FORK, EXITED, 9))

    def test_a_fork_ends_as_an_executed_program_does(self):
        for text in (
            "import sys; sys.exit(3)", "raise SystemExit('words')", "import sys; sys.exit(256 + 7)", "exit()",
            "import atexit; atexit.register(print, 'at the end')", "raise KeyError('x')",
            "kept = open('/dev/stdout', 'w'); kept.write('kept')",
            "class A:\n def __del__(self): print('gone')\na = A()",
            "class A:\n def __del__(self): print('gone')\na = A(); a.a = a",
            "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()",
            "import os; os.close(1); print('lost')", "import sys; sys.stdout = None", "import os; os._exit(5)"):
            with self.subTest(text):
                forked, executed = self.python(text), self.python(text, runtime="")
                self.assertEqual((forked.exit.start, executed.exit.start), (BY_FORK, BY_EXEC))
                self.assertEqual(
                    (forked.exit.ending, forked.exit.code, forked.output), (
                        executed.exit.ending, executed.exit.code, executed.output), (forked.error, executed.error))

    def test_instances_share_no_fork_server(self):
        self.warm(serial=2)
        self.assertTrue(wait_until(lambda: self.pool().pid and self.pool(serial=2).pid))
        self.assertNotEqual(self.pool().pid, self.pool(serial=2).pid)
        outcomes = [self.python("import os; print(os.stat('/proc/self').st_uid, hash('a'))", serial=serial)
                    for serial in (1, 2, 1)]
        hashes = [outcome.output.split()[1] for outcome in outcomes]
        self.assertEqual(hashes[0], hashes[2])
        self.assertNotEqual(hashes[0], hashes[1])


class UserForkServers(ForkServers):
    level = "user"


class Failures(WarmCase):
    """What becomes of fork servers. Each test has a launcher of its own."""

    def test_a_crashed_one_is_replaced_and_no_run_is_lost(self):
        self.begin()
        self.warm()
        for _ in range(2):
            before = self.pool()
            os.kill(before.pid, signal.SIGKILL)
            for _ in range(12):
                outcome = self.python("print('fine')")
                self.assertEqual((outcome.exit.ending, outcome.exit.code, outcome.output), (EXITED, 0, b"fine\n"))
            self.warm()
            self.assertTrue(wait_until(lambda: self.pool().pid not in (0, before.pid)))
            self.assertEqual(self.pool().losses, before.losses + 1)

    def test_one_that_hangs_is_replaced_and_no_run_is_lost(self):
        self.begin("--warm-patience-ms", "400")
        self.warm()
        before = self.pool()
        os.kill(before.pid, signal.SIGSTOP)
        for _ in range(GS_MANY):
            outcome = self.python("print('fine')")
            self.assertEqual((outcome.exit.ending, outcome.exit.code, outcome.output), (EXITED, 0, b"fine\n"))
        self.assertTrue(wait_until(lambda: not is_alive(before.pid)))
        self.warm()
        self.assertGreater(self.pool().losses, before.losses)

    def test_one_that_grows_too_large_is_replaced(self):
        # Less than any Python has.
        self.begin("--warm-memory", str(16 << 20), "--warm-patience-ms", "400")
        path = os.path.join(self.folder, "runtimes", "python", "server.py")
        original = pathlib.Path(path).read_text()
        pathlib.Path(path).write_text("ballast = bytearray(40 << 20)\n" + original)
        try:
            for _ in range(6):
                outcome = self.python("print('fine')")
                self.assertEqual((outcome.exit.ending, outcome.exit.code, outcome.output), (EXITED, 0, b"fine\n"))
            self.assertTrue(wait_until(lambda: self.pool().losses > 0))
        finally:
            pathlib.Path(path).write_text(original)

    def test_one_that_cannot_begin_costs_no_run(self):
        path = os.path.join(self.folder, "runtimes", "python", "server.py")
        original = pathlib.Path(path).read_text()
        pathlib.Path(path).write_text("raise SystemExit('broken on purpose')\n")
        try:
            self.begin()
            for _ in range(6):
                outcome = self.python("print('fine')")
                self.assertEqual((outcome.exit.start, outcome.exit.ending, outcome.output), (BY_EXEC, EXITED, b"fine\n"))
            self.assertTrue(wait_until(lambda: self.pool().losses > 0))
        finally:
            pathlib.Path(path).write_text(original)
        # It is tried again, later and later.
        self.warm()
        self.launcher.close()
        self.assertIn(b"broken on purpose", self.launcher.diagnostics)

    def test_one_is_replaced_after_its_runs(self):
        self.begin("--warm-runs", "5")
        self.warm()
        seen = {self.pool().pid}
        hashes = set()
        for _ in range(40):
            outcome = self.python("print(hash('a'))")
            self.assertEqual((outcome.exit.ending, outcome.exit.code), (EXITED, 0), outcome.error)
            hashes.add(outcome.output)
            seen.add(self.pool().pid)
        self.assertTrue(wait_until(lambda: self.pool().recycled > 0))
        self.assertGreater(len(seen), 1)
        self.assertGreater(len(hashes), 1)
        self.assertEqual(self.pool().losses, 0)
        # Of those before, none is left.
        self.assertTrue(wait_until(lambda: sum(is_alive(pid) for pid in seen) <= 2))

    def test_an_idle_pool_goes_with_all_that_it_has(self):
        self.begin("--warm-idle-ms", "600")
        self.assertTrue(wait_until(lambda: len(children(self.launcher.pid)) == SPARES))
        before = self.footprint()
        self.warm()
        self.waiting()
        pool = self.pool()
        self.assertGreater(self.footprint()[0], before[0])
        self.assertTrue(wait_until(lambda: self.pool() is None))
        self.assertTrue(wait_until(lambda: not is_alive(pool.pid)))
        self.assertTrue(wait_until(lambda: self.footprint() <= before), (self.footprint(), before))
        self.warm()

    def test_pools_are_bounded(self):
        self.begin()
        for serial in range(1, 21):
            for _ in range(2):
                outcome = self.python("pass", serial=serial)
                self.assertEqual((outcome.exit.ending, outcome.exit.code), (EXITED, 0), outcome.error)
        self.assertLessEqual(len(self.launcher.status()), 16)

    def footprint(self):
        """Processes and descriptors of the launcher, but for what it keeps to use again."""
        held, folder = [], f"/proc/{self.launcher.pid}/fd"
        with contextlib.suppress(PermissionError):
            for name in os.listdir(folder):
                with contextlib.suppress(FileNotFoundError):
                    held.append(os.readlink(f"{folder}/{name}"))
        return len(children(self.launcher.pid)), sum(link.startswith(("socket:", "pipe:", "/memfd:")) for link in held)

    def test_many_runs_leave_nothing(self):
        self.begin("--warm-runs", "20")
        self.warm()
        self.waiting()
        before = self.footprint()
        for number in range(60):
            if number % 20 == 7:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pool().pid or 1 << 30, signal.SIGKILL)
            self.python("raise SystemExit(3)" if number % 3 else "import os; os.kill(os.getpid(), 9)")
        self.warm()

        def is_small():
            processes, descriptors = self.footprint()
            # One more of either may be on its way; a fork server and eight waiting inits are the most.
            return processes <= before[0] + 8 and descriptors <= before[1] + 12

        self.assertTrue(wait_until(is_small), (self.footprint(), before))


GS_MANY = 12


@unittest.skipUnless(NODE, "NOT TESTED: there is no Node")
class Spares(WarmCase):
    def warm_node(self):
        self.warm(lambda: self.node("0"), BY_SPARE)

    def test_a_spare_has_what_an_executed_program_has(self):
        self.warm_node()
        self.waiting(runtime="node")
        text = """
const fs = require('fs'), status = fs.readFileSync('/proc/self/status', 'utf8');
const rights = status.split('\\n').filter((line) => /^(Cap|NoNew|Seccomp|Uid|Gid|Groups|Umask|Sig)/.test(line));
const links = [0, 1, 2, 3, 4].map((name) => fs.readlinkSync(`/proc/self/fd/${name}`).split(':')[0]);
console.log(JSON.stringify({
  rights, links, environment: process.env, argv: process.argv, folder: process.cwd(), main: require.main === module,
  limits: fs.readFileSync('/proc/self/limits', 'utf8'), zone: new Date(0).getHours(), pids: [process.pid, process.ppid],
  umask: process.umask(), paths: module.paths, mounts: fs.readdirSync('/').sort(), exec: process.execArgv,
  oom: fs.readFileSync('/proc/self/oom_score_adj', 'utf8'), tmp: fs.readdirSync('/tmp'),
  socket: fs.readdirSync('/proc/self/fd').filter((name) => {
    try { return Number(name) > 4 && fs.readlinkSync(`/proc/self/fd/${name}`).startsWith('socket'); } catch { return false; }
  }),
}));"""
        mine, theirs = self.node(text, env=VARIABLES), self.node(text, runtime="", env=VARIABLES)
        self.assertEqual((mine.exit.start, theirs.exit.start), (BY_SPARE, BY_EXEC), (mine.error, theirs.error))
        mine, theirs = json.loads(mine.output), json.loads(theirs.output)
        for name, value in theirs.items():
            self.assertEqual(mine[name], value, name)
        self.assertEqual(mine["zone"], 9)

    def test_each_serves_one_run(self):
        self.warm_node()
        text = "console.log(globalThis.left, process.env.LEFT); globalThis.left = 1; process.env.LEFT = 1"
        for _ in range(4):
            self.waiting(runtime="node")
            outcome = self.node(text)
            self.assertEqual((outcome.exit.start, outcome.output), (BY_SPARE, b"undefined undefined\n"), outcome.error)

    def test_a_run_with_less_memory_than_node_needs_ends_as_by_exec(self):
        if not self.launcher.cgroup:
            self.skipTest("NOT TESTED: no cgroups")
        self.warm_node()
        self.waiting(runtime="node")
        outcome = self.node("console.log('fine')", memory=4 << 20)
        self.assertEqual((outcome.exit.ending, outcome.exit.breaches & MEMORY), (SIGNALLED, MEMORY), outcome.exit)
        self.warm_node()

    def test_one_that_is_killed_while_it_waits_is_replaced(self):
        self.warm_node()
        self.waiting(runtime="node")
        for pid in children(self.launcher.pid):
            for child in children(pid):
                with contextlib.suppress(OSError):
                    if pathlib.Path(f"/proc/{child}/comm").read_text().startswith("node"):
                        os.kill(int(child), signal.SIGKILL)
        for _ in range(4):
            outcome = self.node("console.log('fine')")
            self.assertEqual((outcome.exit.ending, outcome.output), (EXITED, b"fine\n"), (outcome.exit, outcome.error))
        self.warm_node()


if __name__ == "__main__":
    unittest.main()
