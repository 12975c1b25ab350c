"""Starts the real server in a folder of its own, talks to it, and looks for what it left behind.

Every test class has its own server: `ServerCase.hooks` says what it serves. When the class is done, nothing of what its
runs started may be there, neither before the server is stopped nor after.
"""

import atexit
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import urllib.parse

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534
# How long to wait for a condition that must come; a machine under load is slow, and a broken one must not hang us.
PATIENCE = 30.0
# What runs once and may stay: idle connections of the store, and what the loop opens at its first use.
DESCRIPTOR_SLACK = 0

_build_folder = REPOSITORY / ".build"


def _find_binary():
    named = os.environ.get("GRAPNEL_BINARY")
    candidates = [pathlib.Path(named)] if named else [_build_folder / "debug/grapnel", _build_folder / "release/grapnel"]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return candidate.resolve()
    return None


GRAPNEL = _find_binary()
LAUNCHER = pathlib.Path(
    os.environ.get("GRAPNEL_LAUNCHER") or (GRAPNEL.with_name("grapnel-launcher") if GRAPNEL else "grapnel-launcher"))
IS_ROOT = os.geteuid() == 0


def require_binary():
    if GRAPNEL is None:
        raise unittest.SkipTest("NOT TESTED: there is no grapnel binary; build it, or name it with GRAPNEL_BINARY")


def swift_configuration():
    """The server's configuration with which hooks in Swift are compiled by the toolchain of this machine."""
    compiler = shutil.which("swiftc")
    if compiler is None:
        raise unittest.SkipTest("NOT TESTED: there is no swiftc on PATH")
    folder = pathlib.Path(compiler).resolve().parent.parent
    if folder.name == "usr" and folder.parent != pathlib.Path("/"):
        folder = folder.parent
    system = any(folder.is_relative_to(place) for place in ("/usr", "/bin", "/lib"))
    return "{}\n" if system else f"sandbox: {{mounts: [{folder}]}}\n"


def eventually(condition, seconds=PATIENCE, what="the condition", every=0.01):
    """Waits until `condition()` is true, and returns what it gave; fails when `seconds` have passed."""
    limit = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > limit:
            raise AssertionError(f"{what} did not come about within {seconds:g} s; last: {value!r}")
        time.sleep(every)


class Folder:
    """A folder of one test class, which users without rights can look into, gone at the end."""

    def __init__(self, prefix="grapnel-e2e-"):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=prefix))
        os.chmod(self.path, 0o755)
        atexit.register(self.remove)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def write_hook(hooks, name, files):
    """Writes the folder of a hook. A text that starts with `#!` becomes executable; a string is a single-file hook."""
    hooks = pathlib.Path(hooks)
    if isinstance(files, str):
        _write(hooks / name, files)
        return
    for path, text in files.items():
        _write(hooks / name / path, text)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
    # As editors and git do it: the name appears with its whole content.
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    os.chmod(temporary, 0o755 if data.startswith((b"#!", b"\x7fELF")) else 0o644)
    os.replace(temporary, path)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    @property
    def run(self):
        return self.headers.get("Grapnel-Run")

    @property
    def problem(self):
        """The error that the answer carries."""
        return self.json()["error"]

    def __repr__(self):
        return f"<{self.status} {dict(self.headers.items())} {self.body[:400]!r}>"


class OpenRequest:
    """A POST whose body the test sends piece by piece."""

    def __init__(self, server, path, headers=()):
        self.socket = socket.create_connection((server.host, server.port), timeout=60)
        fields = {
            "Host": "test", "Authorization": f"Bearer {server.key}", "Transfer-Encoding": "chunked",
            "Content-Type": "application/octet-stream", "Connection": "close", **dict(headers),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode())

    def send(self, data):
        self.socket.sendall(b"%x\r\n%b\r\n" % (len(data), data))

    def finish(self):
        self.socket.sendall(b"0\r\n\r\n")

    def response(self):
        response = http.client.HTTPResponse(self.socket, method="POST")
        response.begin()
        return response

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Server:
    """One `grapnel serve` on its own folders."""

    def __init__(self, hooks=None, *, arguments=(), config=None, user=None, environment=None, hooks_folder=None):
        require_binary()
        self.folder = Folder()
        self.user = user
        self.arguments = list(arguments)
        self.environment = dict(environment or {})
        self.data = self.folder.path / "data"
        if hooks_folder is None:
            self.hooks = self.folder.path / "hooks"
            self.hooks.mkdir()
        else:
            self.hooks = pathlib.Path(hooks_folder)
        for name, files in (hooks or {}).items():
            write_hook(self.hooks, name, files)
        if config is not None:
            file = self.folder.path / "grapnel.yaml"
            file.write_text(textwrap.dedent(config))
            self.arguments += ["--config", str(file)]
        if user is not None and hooks_folder is None:
            for path in [self.folder.path, *self.folder.path.rglob("*")]:
                os.chown(path, user, user)
        self.process = None
        self.launcher = None
        self.starts = 0

    # Life

    def start(self, wait=True):
        beacon = self.data / "server.json"
        with contextlib.suppress(FileNotFoundError):
            beacon.unlink()
        listen = [] if "--listen" in self.arguments else ["--listen", "127.0.0.1:0"]
        command = [str(GRAPNEL), "serve", str(self.hooks), "--data", str(self.data), *listen, *self.arguments]
        if self.user is not None:
            command = [
                *self._with_open_etc(), "setpriv", "--reuid", str(self.user), "--regid", str(self.user), "--clear-groups",
                "--no-new-privs", *command,
            ]
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder.path), "LANG": "C.UTF-8",
            "GRAPNEL_LAUNCHER": str(LAUNCHER), "GRAPNEL_RUNTIMES": str(REPOSITORY / "runtimes"),
            "GRAPNEL_TEST_SECRET": "the server's own environment",
        } | self.environment
        self.starts += 1
        self.output = self.folder.path / f"server-{self.starts}.log"
        with open(self.output, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.folder.path,
                start_new_session=True)
        atexit.register(self._kill_quietly)
        if wait:
            self.wait_until_ready()
        return self

    def _with_open_etc(self):
        """Where /etc is closed to all but root, no user's program works: this one gets a copy that is open, for itself."""
        if os.stat("/etc").st_mode & 0o005 == 0o005:
            return []
        copy = self.folder.path / "etc"
        if not copy.exists():
            shutil.copytree("/etc", copy, symlinks=True, ignore=shutil.ignore_patterns("shadow*", "gshadow*", "ssl"))
            os.chmod(copy, 0o755)
        return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', str(copy)]

    def wait_until_ready(self):
        beacon = self.data / "server.json"

        def is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log()}")
            try:
                content = json.loads(beacon.read_text())
                url = urllib.parse.urlsplit(content["url"])
                self.host, self.port = url.hostname, url.port
                return self.request("GET", "/healthz", key=None).status == 200
            except (OSError, ValueError, KeyError, http.client.HTTPException):
                return False

        try:
            eventually(is_ready, what="the server's readiness")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()}") from None
        self.key = (self.data / "admin.key").read_text().strip()
        self.pid = json.loads(beacon.read_text()).get("pid", self.process.pid)
        self.launcher = find_launcher(self.pid)

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def log(self):
        with contextlib.suppress(OSError):
            text = self.output.read_text(errors="replace")
            return text if len(text) < 16_000 else text[:8000] + "\n…\n" + text[-8000:]
        return ""

    def stop(self, seconds=PATIENCE):
        """Ends the server as an operator does; returns its exit status."""
        if self.process is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._kill_quietly()
            raise AssertionError(f"the server did not stop within {seconds:g} s after SIGTERM\n{self.log()}") from None
        self.process = None
        return status

    def crash(self):
        """Ends the server at once, as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process = None

    def _kill_quietly(self):
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.kill()
            process.wait(PATIENCE)

    # HTTP

    def connect(self, timeout=60):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def headers(self, headers=None, key=""):
        result = dict(headers or {})
        secret = self.key if key == "" else key
        if secret is not None:
            result.setdefault("Authorization", f"Bearer {secret}")
        return result

    def request(self, method, path, body=None, headers=None, key="", timeout=60, connection=None):
        """One request on a connection of its own; `key=None` sends no key."""
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers = {"Content-Type": "application/json"} | dict(headers or {})
        own = connection is None
        connection = connection or self.connect(timeout)
        try:
            connection.request(method, path, body=body, headers=self.headers(headers, key))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            if own:
                connection.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body=body, **options)

    def call(self, hook, payload=None, **options):
        """Runs a hook over its door."""
        if payload is None:
            return self.get(f"/main/{hook}", **options)
        return self.post(f"/main/{hook}", payload, **options)

    def trace(self, run):
        answer = self.get(f"/api/v1/runs/{run}")
        assert answer.status == 200, answer
        return answer.json()

    def ended(self, run, seconds=PATIENCE):
        """The trace of a run once it has ended."""
        final = {"succeeded", "failed", "timed_out", "limited", "cancelled", "lost", "blocked"}

        def look():
            trace = self.trace(run)
            return trace if trace["status"] in final else None

        return eventually(look, seconds, f"the end of run {run}")

    def running(self, run, seconds=PATIENCE):
        return eventually(lambda: self.trace(run)["status"] == "running" or None, seconds, f"the start of run {run}")

    def pools(self):
        """What is kept ready for runs; nothing where the server does not say."""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, KeyError):
            return self.get("/api/v1/pools").json()["items"]
        return []

    def runs(self, **query):
        return self.get("/api/v1/runs?" + urllib.parse.urlencode({"instance": "main"} | query)).json()["items"]

    def last_run(self, hook):
        return self.runs(hook=hook, limit=1)[0]

    def logs(self, **query):
        return self.get("/api/v1/logs?" + urllib.parse.urlencode({"instance": "main"} | query)).json()["items"]

    def submit(self, hook, payload=None, path=""):
        """Starts an asynchronous run; returns its id."""
        answer = self.post(f"/main/{hook}{path}?_async=1", payload if payload is not None else {})
        assert answer.status == 202, answer
        return answer.run

    @contextlib.contextmanager
    def raw(self, data, timeout=60):
        """A socket on which `data` was sent as it is."""
        with socket.create_connection((self.host, self.port), timeout=timeout) as connection:
            connection.sendall(data if isinstance(data, bytes) else data.encode())
            yield connection

    # CLI

    def cli(self, *arguments, input=None, timeout=60, environment=None, cwd=None):
        own = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder.path), "LANG": "C.UTF-8",
            "GRAPNEL_SERVER": self.url, "GRAPNEL_KEY": self.key, "NO_COLOR": "1",
            "GRAPNEL_LAUNCHER": str(LAUNCHER), "GRAPNEL_RUNTIMES": str(REPOSITORY / "runtimes"),
        } | (environment or {})
        own = {name: value for name, value in own.items() if value is not None}
        return subprocess.run(
            [str(GRAPNEL), *arguments], input=input, timeout=timeout, env=own, cwd=cwd or self.folder.path,
            capture_output=True, text=not isinstance(input, bytes))

    # Folders

    def write(self, name, files):
        write_hook(self.hooks, name, files)

    def deployed(self, name, seconds=PATIENCE):
        """Waits until a hook is there."""
        return eventually(
            lambda: self.get(f"/api/v1/hooks/{name}?instance=main").status == 200, seconds, f"the hook {name}")


    def prepared(self, name, seconds=300):
        """Waits until a hook is there that has to be compiled first."""
        def look():
            answer = self.get(f"/api/v1/hooks/{name}?instance=main")
            if answer.status == 503 and "is not deployed" in answer.text:
                raise AssertionError(f"{answer.text}\n{self.logs(hook=name, limit=200)}")
            return answer.status == 200

        return eventually(look, seconds, f"the hook {name}", every=0.05)


# What is left


def read_status(pid):
    """Parent, state, number of threads and resident bytes of a process."""
    fields = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        fields[name] = value.split()
    return {
        "name": fields["Name"][0] if fields["Name"] else "", "parent": int(fields["PPid"][0]),
        "state": fields["State"][0], "threads": int(fields["Threads"][0]),
        "rss": int(fields.get("VmRSS", ["0"])[0]) << 10,
    }


def processes():
    """All processes that can be seen: `{pid: status}`."""
    result = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, KeyError):
                result[int(entry)] = read_status(int(entry))
    return result


def descendants(pid, table=None):
    table = table or processes()
    found, front = {}, {pid}
    while front:
        front = {child for child, status in table.items() if status["parent"] in front and child not in found}
        found.update({child: table[child] for child in front})
    return found


def run_processes(server):
    """The programs of runs: all below the launcher but its inits, and what is kept ready or waits for a run."""
    ready = ready_processes(server.pools())
    return {
        pid: status for pid, status in descendants(server.launcher).items()
        if not status["name"].startswith("grapnel-launch") and pid not in ready}


def ready_processes(pools, table=None):
    """The fork servers and the inits that wait, with all that is below them."""
    tops = [pid for pool in pools for pid in [pool.get("pid"), *pool["waiting"]] if pid]
    return {pid for top in tops for pid in [top, *descendants(top, table)]}


def find_launcher(server):
    """The process that makes the sandboxes, below the server."""
    below = descendants(server)
    named = [pid for pid, status in below.items() if status["name"].startswith("grapnel-launch")]
    # The topmost of them is the launcher; a run's init, below it, has its name too.
    return next((pid for pid in named if below[pid]["parent"] not in named), None)


def command_line(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return []


def cgroup_folders():
    """All folders below all mounted hierarchies of cgroups."""
    found = set()
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split(" ")
        if kind in ("cgroup", "cgroup2"):
            found.update(folder for folder, _, _ in os.walk(place))
    return found


def mounts(pid):
    with contextlib.suppress(OSError):
        return sorted(
            line.split(" ")[4] for line in pathlib.Path(f"/proc/{pid}/mountinfo").read_text().splitlines())
    return []


def descriptors(pid):
    """What the open descriptors of a process are, without plain files: the store opens those when it needs them."""
    found = []
    folder = f"/proc/{pid}/fd"
    try:
        entries = os.listdir(folder)
    except PermissionError:
        # Without rights even our own launcher hides them from us: it is not dumpable.
        return []
    for entry in entries:
        with contextlib.suppress(OSError):
            target = os.readlink(f"{folder}/{entry}")
            if not target.startswith("/") or target.startswith("/memfd:"):
                found.append("eventfd" if target == "anon_inode:[eventfd]" else target.split(":")[0])
    return found


#: How many network namespaces the launcher keeps for runs to come, and how many cgroups, with an eventfd each.
POOL_MAX = 64


class Footprint:
    """What the server and its launcher hold while no run goes on, but for what is kept ready for runs."""

    def __init__(self, server):
        pools = server.pools()
        table = processes()
        ready = ready_processes(pools, table)
        self.server = len(descriptors(server.pid))
        held = descriptors(server.launcher) if server.launcher else []
        # What waits to be used again comes and goes with the load, and is bounded.
        self.pooled = held.count("net") + held.count("eventfd")
        # A fork server has two, a waiting init one.
        self.launcher = len(held) - self.pooled - sum(
            2 * ("pid" in pool) + len(pool["waiting"]) for pool in pools)
        self.mounts = (mounts(server.pid), mounts(server.launcher), mounts("self"))
        self.below = sorted(
            status["name"] for pid, status in descendants(server.pid, table).items() if pid not in ready)
        self.files = host_leftovers()

    def growth(self, before):
        """What is more than `before`; empty if nothing is."""
        more = []
        if self.server > before.server + DESCRIPTOR_SLACK:
            more.append(f"the server's descriptors grew from {before.server} to {self.server}")
        if self.launcher > before.launcher + DESCRIPTOR_SLACK:
            more.append(f"the launcher's descriptors grew from {before.launcher} to {self.launcher}")
        if self.pooled > 2 * POOL_MAX:
            more.append(f"the launcher keeps {self.pooled} network namespaces and cgroups")
        if self.mounts != before.mounts:
            more.append(f"mounts changed: {self.mounts} was {before.mounts}")
        if self.below != before.below:
            more.append(f"processes below the server: {self.below} was {before.below}")
        if self.files - before.files:
            more.append(f"files on the host: {sorted(self.files - before.files)}")
        return more


# Hooks of these tests that leave files give them this name, so that what others do meanwhile is not mistaken for it.
LEFTOVER = "grapnel-leftover"


def host_leftovers():
    found = set()
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/run"):
        with contextlib.suppress(OSError):
            found.update(f"{folder}/{name}" for name in os.listdir(folder) if LEFTOVER in name)
    return found


def own_cgroups(server):
    """The name of the cgroups of a server's runs: that of its data folder."""
    status = os.stat(server.data)
    return {f"grapnel-{status.st_dev}-{status.st_ino}"}


def cgroups_named(names):
    return sorted(folder for folder in cgroup_folders() if any(name in folder for name in names))


INNOCENT = {"innocent.sh": "echo innocent\n"}


class ServerCase(unittest.TestCase):
    """A test class with a server of its own."""

    #: name → files, as `write_hook` takes them
    hooks = {}
    #: options of `Server`
    options = {}
    server = None

    @classmethod
    def setUpClass(cls):
        require_binary()
        super().setUpClass()
        cls.server = Server(INNOCENT | cls.hooks, **cls.options)
        try:
            cls.server.start()
            cls.warm_up()
            cls.footprint = cls.settle()
        except BaseException:
            cls.server.stop()
            cls.server.folder.remove()
            raise

    @classmethod
    def warm_up(cls):
        """Lets everything that is made at first use be made."""
        cls.server.deployed("innocent")
        for _ in range(3):
            answer = cls.server.call("innocent")
            assert (answer.status, answer.body) == (200, b"innocent\n"), f"{answer}\n{cls.server.log()}"
            cls.server.trace(answer.run)

    @classmethod
    def settle(cls):
        """The footprint once it stands still."""
        last = []

        def is_still():
            now = Footprint(cls.server)
            last.append(now)
            return len(last) > 5 and not now.growth(last[-5]) and not last[-5].growth(now)

        eventually(is_still, 10, "a footprint that stands still", every=0.05)
        return last[-1]

    @classmethod
    def tearDownClass(cls):
        server = cls.server
        try:
            cls.assert_nothing_left_while_running()
            below = set(descendants(server.pid))
            names = own_cgroups(server)
            server.stop()
            cls.assert_nothing_left_after(below, names)
        finally:
            server._kill_quietly()
            server.folder.remove()
            super().tearDownClass()

    @classmethod
    def assert_nothing_left_while_running(cls):
        # A server that was restarted meanwhile is another process: what it held before says nothing about it.
        if cls.server.starts > 1:
            eventually(
                lambda: not run_processes(cls.server), 10, "the end of all runs")
            return
        growth = []

        def is_clean():
            growth[:] = Footprint(cls.server).growth(cls.footprint)
            return not growth

        try:
            eventually(is_clean, 10, "a clean footprint", every=0.05)
        except AssertionError:
            raise AssertionError("left behind: " + "; ".join(growth)) from None

    @classmethod
    def assert_nothing_left_after(cls, below, names):
        eventually(lambda: not (below & set(processes())), 10, f"the end of the server's processes {below}")
        left = cgroups_named(names)
        assert not left, f"cgroups left: {left}"
        place = str(cls.server.folder.path)
        assert not [mount for mount in mounts("self") if mount.startswith(place)], "mounts left"
        extra = [
            str(path) for path in cls.server.data.rglob("*")
            if any(mark in path.name for mark in (".tmp", ".new", ".part", "staging-", "incoming-"))
        ]
        assert not extra, f"half-made files left: {extra}"

    # Checks

    @property
    def has_cgroups(self):
        """Whether limits are kept for the run as a whole, or only for each of its processes."""
        return "limits by cgroups" in self.server.log()

    def assert_innocent(self):
        """The next hook, which did nothing, works."""
        answer = self.server.call("innocent")
        self.assertEqual((answer.status, answer.body), (200, b"innocent\n"), answer)

    def assert_trace(self, run, status, reason=None, setting=None):
        trace = self.server.ended(run)
        self.assertEqual(trace["status"], status, trace)
        failure = trace.get("failure") or {}
        if reason is not None:
            self.assertEqual(failure.get("reason"), reason, trace)
        if setting is not None:
            self.assertEqual(failure.get("setting"), setting, trace)
            self.assertIn(self.named_limit(trace["hook"], setting), failure.get("message", ""), trace)
        return trace

    def named_limit(self, hook, setting):
        """How a reason names a limit: by its setting, with the value that the hook has."""
        limits = self.server.get(f"/api/v1/hooks/{hook}").json()["definition"]["limits"]
        value = limits.get(setting.removeprefix("limits."))
        return setting if value is None else f"{setting} ({value})"


if not sys.platform.startswith("linux"):
    raise unittest.SkipTest("Grapnel is for Linux")
