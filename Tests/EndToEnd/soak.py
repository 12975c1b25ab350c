"""Many runs with faults injected at every step of their set-up, and the books of them: used by `test_faults.py` and
`bench/soak`.

Faults come from outside: a library that is loaded before the C library of the launcher and fails calls on demand
(`faults/faults.c`), limits of open files that are lowered while the server runs, a data folder on a file system that is
filled, and SIGKILL for inits, the launcher and the server.
"""

import concurrent.futures
import contextlib
import errno
import http.client
import mmap
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import threading

import harness
from harness import eventually

FINAL = {"succeeded", "failed", "timed_out", "limited", "cancelled", "lost", "blocked"}

HOOKS = {
    "quick": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, memory: 32MiB}\n",
        "main": "#!/bin/sh\necho quick\n",
    },
    "fails": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, memory: 32MiB}\n",
        "main": "#!/bin/sh\necho before\necho log >&2\nexit 3\n",
    },
    # Fails with an answer of its own.
    "chooses": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, memory: 32MiB}\n",
        "main": "#!/bin/sh\nprintf '28:{\"type\":\"head\",\"status\":418},' >&3\necho teapot\nexit 1\n",
    },
    "no-program": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000}\n",
        "main": "#!/no/such/program\n",
    },
    "fills-disk": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, disk: 64KiB}\n",
        "main": "#!/bin/sh\nexec dd if=/dev/zero of=/tmp/grapnel-leftover bs=64k count=4 2> /dev/null\n",
    },
    "fills-memory": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, memory: 8MiB, disk: 64MiB}\n",
        "main": "#!/bin/sh\nexec head -c 32M /dev/zero > /tmp/grapnel-leftover\n",
    },
    "too-slow": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, timeout: 300ms}\n",
        "main": "#!/bin/sh\nsleep 600 &\nexec sleep 600\n",
    },
    "rests": {
        "hook.yaml": "runtime: executable\nentry: main\nlimits: {concurrency: 64, queue: 2000, timeout: 60s}\n"
                     "endpoint: {deadline: 60s}\n",
        "main": "#!/bin/sh\nexec sleep 2\n",
    },
}
#: How often each hook is taken.
WEIGHTS = {"quick": 70, "fails": 8, "chooses": 4, "no-program": 8, "fills-disk": 5, "fills-memory": 3, "too-slow": 2}

#: The calls that fail, and with what; together they are every step of a run's set-up.
CALLS = {
    "mkdirat": errno.ENOSPC, "eventfd": errno.EMFILE, "socketpair": errno.EMFILE, "clone init": errno.EAGAIN,
    "unshare cgroup": errno.ENOSPC, "close_range": errno.EIO, "unshare mount": errno.ENOSPC, "sethostname": errno.EPERM,
    "unshare net": errno.ENOSPC, "mount": errno.ENOMEM, "open_tree": errno.ENOMEM, "mount_setattr": errno.EPERM,
    "move_mount": errno.ENOSPC, "openat2": errno.EIO, "pread": errno.EIO, "sendmsg": errno.ENOBUFS, "umount2": errno.EBUSY,
    "setresuid": errno.EAGAIN, "capset": errno.EPERM, "clone user": errno.EAGAIN, "dup2": errno.EMFILE,
    "setrlimit": errno.EPERM, "unshare user": errno.ENOSPC, "mkdir": errno.ENOSPC, "chdir": errno.EACCES,
    "seccomp": errno.ENOMEM, "setns": errno.EPERM, "execve": errno.ENOMEM,
}


class Faults:
    """Calls of the launcher that fail on demand."""

    RECORD = struct.Struct("=24sIIII")

    def __init__(self, folder, launcher):
        compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
        if compiler is None:
            raise FileNotFoundError("there is no C compiler")
        source = pathlib.Path(__file__).with_name("faults") / "faults.c"
        library, table = folder / "faults.so", folder / "faults"
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
        table.write_bytes(b"".join(
            self.RECORD.pack(kind.encode(), error, 0, 0, 0) for kind, error in CALLS.items()).ljust(64 * self.RECORD.size, b"\0"))
        with open(table, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)
        # Only what makes the sandboxes: the same program also starts the server anew without root.
        self.launcher = folder / "launcher"
        self.launcher.write_text(
            f'#!/bin/sh\n[ "$1" = serve ] || exec {launcher} "$@"\n'
            f"export GRAPNEL_FAULTS={table} LD_PRELOAD={library}\nexec {launcher} \"$@\"\n")
        self.launcher.chmod(0o755)

    def _offset(self, kind, field):
        return list(CALLS).index(kind) * self.RECORD.size + 24 + 4 * field

    def set(self, kind, every):
        struct.pack_into("=I", self.memory, self._offset(kind, 1), every)

    def failures(self, kind):
        return struct.unpack_from("=I", self.memory, self._offset(kind, 3))[0]

    @contextlib.contextmanager
    def failing(self, kind, every):
        self.set(kind, every)
        try:
            yield
        finally:
            self.set(kind, 0)


class Books:
    """What the callers were told, to be held against the store at the end."""

    def __init__(self):
        self.lock = threading.Lock()
        self.ends = {}       # run → status and end, as first seen
        self.answers = {}    # run → the status of HTTP that it was answered with
        self.promised = set()  # accepted with 202
        self.unrecorded = set()  # the server said that it could not record them
        self.is_store_failing = False
        self.calls = self.refused = self.broken = 0

    def note(self, answer, is_asynchronous):
        with self.lock:
            self.calls += 1
            if answer is None:
                self.broken += 1
            elif answer.run is None:
                self.refused += 1
            elif is_asynchronous and answer.status == 202:
                self.promised.add(answer.run)
            elif self.is_store_failing and answer.status >= 500:
                self.unrecorded.add(answer.run)
            else:
                self.ends[answer.run] = None
                self.answers[answer.run] = answer.status


class Soak:
    """Runs against one server, `callers` at a time."""

    def __init__(self, server, faults, callers=8, seed=1):
        self.server, self.faults, self.callers = server, faults, callers
        self.random = random.Random(seed)
        self.books = Books()
        self.local = threading.local()
        self.connections = []
        self.generation = 0
        self.executor = concurrent.futures.ThreadPoolExecutor(callers)

    def close(self):
        self.executor.shutdown()
        self.hang_up()

    def hang_up(self):
        """Closes all connections, which the server holds descriptors for."""
        self.generation += 1
        while self.connections:
            self.connections.pop().close()

    def _call(self, hook, is_asynchronous):
        server = self.server
        answer = None
        try:
            connection = getattr(self.local, "connection", None)
            if connection is None or self.local.generation != (self.generation, server.starts):
                connection = self.local.connection = server.connect(120)
                self.local.generation = (self.generation, server.starts)
                self.connections.append(connection)
            path = f"/main/{hook}" + ("?_async=1" if is_asynchronous else "")
            answer = server.request("POST", path, b"{}", connection=connection, timeout=120)
        except (OSError, http.client.HTTPException):
            if connection is not None:
                connection.close()
            self.local.connection = None
        self.books.note(answer, is_asynchronous)
        return answer

    def begin(self, count, hook=None):
        """Hands `count` calls to the callers; returns their futures."""
        hooks = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
        return [
            self.executor.submit(self._call, hook or chosen, self.random.random() < 0.1) for chosen in hooks]

    def run(self, count, hook=None):
        return [future.result() for future in self.begin(count, hook)]

    def is_well(self):
        answer = self._call("quick", False)
        return answer is not None and (answer.status, answer.body) == (200, b"quick\n")

    def assert_well(self, after):
        # A spare that failed, or a connection that was cut, may cost one more call.
        eventually(self.is_well, 60, f"a good run after {after}", every=0.05)

    # Faults

    def with_call(self, kind, count, every=2):
        before = self.faults.failures(kind)
        with self.faults.failing(kind, every):
            answers = self.run(count)
            # What is made anew only where nothing waits to be used again: a run that cannot start leaves nothing behind it.
            for _ in range(20):
                if self.faults.failures(kind) == before:
                    answers += self.run(4, "no-program")
        assert self.faults.failures(kind) > before, f"no call of {kind} was made to fail"
        self.assert_well(kind)
        return answers

    def with_few_descriptors(self, pid, count, room):
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        soft, hard = next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3:5]
        # As the user of that process: root itself may lack the right.
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        user, group = (int(status.partition(f"{name}:")[2].split()[0]) for name in ("Uid", "Gid"))

        def allow(number):
            subprocess.run(["prlimit", f"--pid={pid}", f"--nofile={number}:{hard}"], user=user, group=group, extra_groups=[],
                check=True)

        # The store of a server that can open nothing may be unable to write; it must say so then.
        self.books.is_store_failing = pid == self.server.pid
        allow(max(map(int, os.listdir(f"/proc/{pid}/fd"))) + room)
        try:
            self.run(count)
        finally:
            allow(soft)
            self.books.is_store_failing = False
        self.assert_well("a lack of descriptors")

    def with_full_disk(self, count, hook=None):
        """The data folder must be on a small file system of its own."""
        ballast = self.server.data / "ballast"
        self.books.is_store_failing = True
        # Without a buffer: what is left in one cannot be written at the end either.
        with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
        try:
            answers = self.run(count, hook)
        finally:
            ballast.unlink()
            self.books.is_store_failing = False
        self.assert_well("a full disk")
        return answers

    def with_killed_inits(self, count):
        futures = self.begin(count, "rests")
        eventually(lambda: harness.run_processes(self.server), what="a run")
        table = harness.processes()
        for pid in [pid for pid, status in table.items() if status["parent"] == self.server.launcher]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for future in futures:
            future.result()
        self.assert_well("killed inits")

    def with_killed_launcher(self, count):
        futures = self.begin(count, "rests")
        eventually(lambda: harness.run_processes(self.server), what="a run")
        os.kill(self.server.launcher, signal.SIGKILL)
        status = self.server.process.wait(harness.PATIENCE)
        assert status == 6, f"the server ended with {status}, not with 6"
        for future in futures:
            future.result()
        self.server.process = None
        self.server.start()
        self.assert_well("a killed launcher")

    def with_killed_server(self, count):
        futures = self.begin(count, "rests") + self.begin(count)
        eventually(lambda: harness.run_processes(self.server), what="a run")
        self.server.crash()
        for future in futures:
            future.result()
        self.server.start()
        self.assert_well("a killed server")

    # Ends

    def settle(self):
        """Waits until no run goes on or waits, and remembers how each ended, as the API tells it."""
        server = self.server
        for status in ("queued", "starting", "running"):
            eventually(lambda: not server.runs(status=status), 120, f"no run that is {status}", every=0.2)
        eventually(lambda: not harness.run_processes(server), 30, "the end of all processes", every=0.1)

    def assert_clean(self, footprint):
        """Nothing is left of what was there while runs went on."""
        self.hang_up()
        growth = []

        def is_clean():
            growth[:] = harness.Footprint(self.server).growth(footprint)
            return not growth

        try:
            eventually(is_clean, 20, every=0.1)
        except AssertionError:
            raise AssertionError("left behind: " + "; ".join(growth)) from None

    def remember(self):
        """How each run that is known has ended so far; from now on it must not change."""
        rows = self.rows()
        with self.books.lock:
            for run in [*self.books.ends, *self.books.promised]:
                if run in rows and rows[run][0] in FINAL and self.books.ends.get(run) is None:
                    self.books.ends[run] = rows[run]

    def rows(self):
        uri = f"file:{self.server.data / 'grapnel.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=60)) as database:
            return {run: (status, ended) for run, status, ended in database.execute("SELECT id, status, ended_at FROM runs")}

    def audit(self):
        """What is wrong with the books; empty if they balance."""
        rows, books, wrong = self.rows(), self.books, []
        for run, (status, ended) in rows.items():
            if status not in FINAL or ended is None:
                wrong.append(f"the run {run} is {status} with the end {ended}")
        for run in books.promised - rows.keys():
            wrong.append(f"the run {run} was promised and is not there")
        for run, end in books.ends.items():
            if run not in rows:
                wrong.append(f"the run {run} was answered with {books.answers.get(run)} and is not there")
            elif end is not None and rows[run] != end:
                wrong.append(f"the run {run} ended twice: {end} and {rows[run]}")
        known = len(books.ends.keys() | books.promised | books.unrecorded)
        if len(rows) > known + books.broken:
            wrong.append(f"{len(rows)} runs are there, {known} are known and {books.broken} calls broke off")
        return wrong
