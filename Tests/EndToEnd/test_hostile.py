"""Hooks that attack: each ends as it was designed to end, the next innocent hook works, and nothing is left.

The hooks are in `hostile/`, one folder each. The numbers of the probes in the comments are those of `docs/sandbox.md`.
"""

import base64
import http.client
import json
import os
import pathlib
import socket
import threading
import unittest

import harness
from harness import LEFTOVER, ServerCase, eventually

HOSTILE = pathlib.Path(__file__).with_name("hostile")


def load(*names):
    """The files of hostile hooks, as a server case takes them."""
    return {
        name: {path.name: path.read_bytes() for path in (HOSTILE / name).iterdir() if path.is_file()} for name in names
    }


def frame(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{len(text.encode())}:{text},"


class HostileCase(ServerCase):
    def tearDown(self):
        self.assert_innocent()

    def attack(self, hook, payload=None, **options):
        return self.server.call(hook, payload, timeout=90, **options)

    def assert_ends(self, hook, http_status, status, reason, setting=None, *, output=None):
        """The hook answers `http_status` with a problem, and its trace tells why it ended, with what it wrote before."""
        answer = self.attack(hook)
        self.assertEqual(answer.status, http_status, answer)
        self.assertTrue(answer.run, answer)
        self.assertEqual(answer.json()["run"], answer.run)
        if setting is not None:
            self.assertEqual(answer.problem.get("field"), setting, answer)
        trace = self.assert_trace(answer.run, status, reason, setting)
        if output is not None:
            self.assertIn(output, trace["bodies"]["output"].get("text", ""), trace)
        return trace


    def assert_limited(self, hook, reason, setting, *, output):
        """The hook ends at a limit. Without cgroups it fails by itself: what it asks for is refused to it."""
        if self.has_cgroups:
            return self.assert_ends(hook, 502, "limited", reason, setting, output=output)
        answer = self.attack(hook)
        self.assertIn(answer.status, (502, 504), answer)
        trace = self.server.ended(answer.run)
        self.assertIn(trace["status"], ("limited", "failed", "timed_out"), trace)
        self.assertIn(output, trace["bodies"]["output"]["text"], trace)
        return trace


class ResourceAttacks(HostileCase):
    hooks = load(
        "fork-bomb", "fork-loop", "thread-bomb", "memory-heap", "memory-child", "memory-tmpfs", "memory-memfd", "disk-bytes",
        "disk-inodes", "sparse-file", "endless-stdout", "endless-stdout-after-head", "endless-stderr", "endless-both",
        "endless-line", "log-binary", "log-flood", "cpu-spin")

    def test_fork_bomb(self):  # 1
        answer = self.attack("fork-bomb")
        self.assertIn(answer.status, (502, 504), answer)
        trace = self.server.ended(answer.run)
        # The bomb's own shells fail or go on until the time is over; the trace names the limit either way.
        self.assertIn(trace["status"], ("limited", "timed_out"), trace)
        self.assertIn(trace["failure"]["reason"], ("processes", "timeout"), trace)
        if self.has_cgroups:
            self.assertIn("limits.processes", trace["failure"]["message"], trace)
        self.assertIn("before the bomb", trace["bodies"]["output"]["text"])

    def test_fork_loop(self):  # 1
        self.assert_limited("fork-loop", "processes", "limits.processes", output="before the forks")

    def test_thread_bomb(self):  # 2
        self.assert_limited("thread-bomb", "processes", "limits.processes", output="before the threads")

    def test_memory(self):  # 3
        before = harness.read_status(self.server.pid)["rss"]
        for hook in ("memory-heap", "memory-child"):
            with self.subTest(hook):
                trace = self.assert_limited(hook, "memory", "limits.memory", output="before the memory")
                self.assertLessEqual(trace["peak_memory_bytes"], 80 << 20, trace)
                if self.has_cgroups:
                    self.assertGreater(trace["peak_memory_bytes"], 32 << 20, trace)
        self.assertLess(harness.read_status(self.server.pid)["rss"] - before, 32 << 20)

    def test_memory_in_files(self):  # 4
        if not self.has_cgroups:
            self.skipTest("NOT TESTED: without cgroups, files in /tmp are bounded by limits.disk, not by limits.memory")
        for hook in ("memory-tmpfs", "memory-memfd"):
            with self.subTest(hook):
                self.assert_ends(hook, 502, "limited", "memory", "limits.memory", output="before the memory")

    def test_disk(self):  # 5
        self.assert_ends("disk-bytes", 502, "limited", "disk", "limits.disk", output="before the file")

    def test_inodes(self):  # 5
        self.assert_ends("disk-inodes", 502, "limited", "files", "limits.files", output="before the files")

    def test_sparse_file(self):  # 6
        answer = self.attack("sparse-file")
        self.assertEqual(answer.status, 200, answer)
        outcomes = answer.json()
        self.assertNotEqual(outcomes["fallocate"], "done", outcomes)
        self.assertLessEqual(outcomes["blocks"] * 512, 5 << 20, outcomes)

    def test_endless_stdout(self):  # 7
        trace = self.assert_ends("endless-stdout", 502, "limited", "output", "limits.output", output="a line of output\n")
        self.assertTrue(trace["bodies"]["output"]["cut"])
        self.assertEqual(len(trace["bodies"]["output"]["text"]), 32 << 10)

    def test_endless_stdout_after_the_head(self):  # 7
        # More than 64 KiB: the head is on its way when the limit is met, so the body must end as broken, not as complete.
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            self.attack("endless-stdout-after-head")
        run = self.server.last_run("endless-stdout-after-head")["id"]
        trace = self.assert_trace(run, "limited", "output", "limits.output")
        self.assertEqual(trace["bytes_out"], 512 << 10, trace)

    def test_endless_stderr(self):  # 8
        trace = self.assert_ends("endless-stderr", 502, "limited", "output", "limits.output", output="kept output\n")
        self.assertTrue(trace["bodies"]["error_output"]["cut"])
        self.assertIn("a line of the log\n", trace["bodies"]["error_output"]["text"])
        self.assertIn("standard error", trace["failure"]["message"])

    def test_endless_both(self):  # 8
        self.assert_ends("endless-both", 502, "limited", "output", "limits.output", output="output\n")

    def test_endless_line(self):  # 9
        before = harness.read_status(self.server.pid)["rss"]
        trace = self.assert_ends("endless-line", 502, "limited", "output", "limits.output")
        lines = self.server.logs(run=trace["id"], limit=1000)
        self.assertTrue(lines)
        for line in lines:
            self.assertLessEqual(len(json.dumps(line["value"])), 32 << 10)
        self.assertLess(harness.read_status(self.server.pid)["rss"] - before, 64 << 20)

    def test_binary_output(self):  # 9
        answer = self.attack("log-binary")
        self.assertEqual((answer.status, answer.body), (200, b"\x00\xff binary \x80"), answer)
        trace = self.server.ended(answer.run)
        self.assertEqual(base64.b64decode(trace["bodies"]["output"]["base64"]), b"\x00\xff binary \x80")
        values = [line["value"] for line in self.server.logs(run=answer.run)]
        self.assertEqual(base64.b64decode(values[0]["bytes"]), b"\xff\xfe not text \x80")
        self.assertEqual(values[1]["json"], "grüße \x1b[31mred\x1b[0m")

    def test_log_flood(self):
        answer = self.attack("log-flood")
        self.assertEqual((answer.status, answer.body), (200, b"done\n"), answer)
        count, after, last = 0, 0, None
        while page := self.server.logs(run=answer.run, after=after, limit=1000):
            count, after, last = count + len(page), page[-1]["sequence"], page[-1]
        self.assertEqual(count, 10_000)
        self.assertEqual((last["stream"], last["level"]), ("host", "warning"), last)

    def test_cpu(self):  # 14
        ending = []
        attacker = threading.Thread(target=lambda: ending.append(self.attack("cpu-spin")))
        attacker.start()
        self.assert_innocent()
        attacker.join()
        self.assertEqual(ending[0].status, 504, ending)
        trace = self.assert_trace(ending[0].run, "timed_out", "timeout", "limits.timeout")
        self.assertIn("before the end", trace["bodies"]["output"]["text"])
        if self.has_cgroups:
            # A quarter of a processor: spinning freely on one would be four times that.
            self.assertLess(trace["cpu_ms"], 0.6 * trace["duration_ms"], trace)


class AttacksOnEndings(HostileCase):
    hooks = load(
        "ignores-sigterm", "sleeps-for-ever", "daemon", "grandchild-holds-stdout", "zombie-factory", "kill-all")

    def test_ignores_sigterm(self):  # 10
        trace = self.assert_ends("ignores-sigterm", 504, "timed_out", "timeout", "limits.timeout", output="before the end")
        self.assertLess(trace["duration_ms"], 15_000)

    def test_sleeps_for_ever(self):  # 15
        self.assert_ends("sleeps-for-ever", 504, "timed_out", "timeout", "limits.timeout", output="before the end")

    def test_daemon(self):  # 11
        answer = self.attack("daemon")
        self.assertEqual((answer.status, answer.body), (200, b"the daemon is on its own\n"), answer)
        self.assert_trace(answer.run, "succeeded")
        eventually(lambda: not harness.run_processes(self.server), 10, "the end of the daemon")

    def test_grandchild_holds_stdout(self):  # 12
        answer = self.attack("grandchild-holds-stdout")
        self.assertEqual((answer.status, answer.body), (200, b"the parent is done\n"), answer)
        trace = self.assert_trace(answer.run, "succeeded")
        # It ends with the hook, not with the ten minutes of its child, and not with its own timeout of one.
        self.assertLess(trace["duration_ms"], 30_000)

    def test_zombies(self):  # 13
        answer = self.attack("zombie-factory")
        self.assertEqual((answer.status, answer.body), (200, b"done\n"), answer)

        def zombies():
            return [s for s in harness.descendants(self.server.pid).values() if s["state"] == "Z"]

        eventually(lambda: not zombies(), 10, "the reaping of all zombies")

    def test_kill_all(self):  # 19
        answer = self.attack("kill-all", {"server": self.server.pid, "launcher": self.server.launcher or 1})
        self.assertEqual(answer.status, 200, answer)
        outcomes = answer.json()
        self.assertTrue(outcomes["alive"])
        for name in ("server", "launcher"):
            self.assertEqual(outcomes[name], "No such process", outcomes)
        self.assertIsNone(self.server.process.poll())


class AttacksOnSecrets(HostileCase):
    hooks = load(
        "reads-environments", "prints-environment", "opens-server-files", "symlink-tricks", "writes-everywhere", "leftovers",
        "descriptors", "steals-from-siblings")
    SECRET = "the server's own environment"

    def test_environments(self):  # 16
        answer = self.attack("reads-environments", {"server": self.server.pid})
        self.assertEqual(answer.status, 200, answer)
        self.assertNotIn(self.SECRET, answer.text)
        self.assertNotIn(self.server.key, answer.text)
        seen = answer.json()
        self.assertLessEqual(len(seen["processes"]), 4, "only its own init and itself")
        self.assertTrue(seen["server"].startswith("!") or self.server.pid in seen["processes"], seen["server"])
        self.assertNotIn(str(self.server.folder.path), json.dumps(seen["commands"]))
        self.assertTrue(seen["memory"].startswith("!") or seen["memory"] == "", seen["memory"])
        for path, content in seen["kernel"].items():
            self.assertTrue(content.startswith("!") or content == "", (path, content[:80]))

    def test_own_environment(self):  # 17
        answer = self.attack("prints-environment", {"name": "Ada"}, headers={
            "Proxy": "http://evil.example", "Cookie": "session=secret", "X-Api-Key": "secret", "X-Auth-Thing": "secret",
            "X-Plain": "plain", "LD_PRELOAD": "/tmp/evil.so", "Authorization": f"Bearer {self.server.key}"})
        self.assertEqual(answer.status, 200, answer)
        variables = answer.json()
        exact = {
            "PATH", "HOME", "TMPDIR", "LC_CTYPE", "HOOK_PAYLOAD", "HOOK_CONFIG", "PARAM_NAME", "REQUEST_METHOD", "QUERY_STRING",
            "PATH_INFO", "CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR", "TRACEPARENT", "GREETING", "GRAPNEL_RUN_ID",
            "GRAPNEL_HOOK", "GRAPNEL_INSTANCE", "GRAPNEL_CAUSE", "GRAPNEL_ENTRY", "GRAPNEL_CONTROL_FD", "GRAPNEL_HOST_FD",
        }
        extra = {name for name in variables if name not in exact and not name.startswith("HTTP_")}
        self.assertFalse(extra - {"LC_CTYPE"}, variables)
        self.assertEqual(variables["HTTP_X_PLAIN"], "plain")
        self.assertEqual(variables["GREETING"], "hello")
        for name in ("HTTP_PROXY", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_X_AUTH_THING"):
            self.assertNotIn(name, variables)
        self.assertNotIn("secret", answer.text)
        self.assertNotIn(self.server.key, answer.text)
        # The trace keeps the request, and must not keep what the hook may not see either.
        trace = json.dumps(self.server.trace(answer.run))
        self.assertNotIn(self.server.key, trace)
        self.assertNotIn("session=secret", trace)

    def test_server_files(self):  # 20, 22
        data = self.server.data
        paths = [str(data), *(str(path) for path in data.iterdir()), str(self.server.hooks), "/etc/shadow", "/root/.bashrc"]
        answer = self.attack("opens-server-files", {"paths": paths})
        self.assertEqual(answer.status, 200, answer)
        for path, outcome in answer.json().items():
            self.assertIn(outcome, ("No such file or directory", "Permission denied", "Not a directory"), path)
            if "/data" in path and not path.startswith("/proc/1/"):
                self.assertNotEqual(outcome, "Permission denied", f"{path} can be seen")

    def test_symlinks(self):  # 21, 22, 23
        targets = ["/etc/shadow", "/etc/passwd", str(self.server.data / "admin.key"), str(self.server.data), "/usr/bin/env"]

        def look():
            return {path: (os.stat(path).st_mode, os.stat(path).st_uid, os.stat(path).st_mtime_ns) for path in targets
                    if path != str(self.server.data)}

        before = look()
        answer = self.attack("symlink-tricks", {"targets": targets})
        self.assertEqual(answer.status, 200, answer)
        for action, outcome in answer.json().items():
            self.assertNotEqual(outcome, "done", action)
        self.assertEqual(look(), before)

    def test_writes(self):  # 24, 36, 37
        answer = self.attack("writes-everywhere", {})
        self.assertEqual(answer.status, 200, answer)
        outcomes = answer.json()
        allowed = ("/tmp", "/dev/shm", "/var/tmp")
        for kind in ("folders", "mounts", "files", "removals"):
            for path, outcome in outcomes[kind].items():
                if path not in allowed:
                    self.assertNotEqual(outcome, "done", f"{kind}: {path}")
        self.assertNotEqual(outcomes["oom"], "done")
        for path in ("/etc", "/usr/bin", "/hook", "/runtimes"):
            self.assertEqual(outcomes["folders"][path], "Read-only file system", path)

    def test_leftovers(self):  # 25, 26
        first, second = (self.attack("leftovers", {}).json() for _ in range(2))
        self.assertEqual(first["made"]["/tmp"], "done", first)
        self.assertEqual(first["made"]["/dev/shm"], "done", first)
        for folder, names in second["found"].items():
            self.assertNotIn(LEFTOVER, names, folder)
        self.assertFalse(harness.host_leftovers() - self.footprint.files)

    def test_descriptors(self):  # 27
        answer = self.attack("descriptors")
        self.assertEqual(answer.status, 200, answer)
        found = answer.json()
        self.assertEqual(sorted(map(int, found)), [0, 1, 2, 3, 4], found)

    def test_siblings(self):  # 18, 26, 28
        answers = {}

        def run(name, other):
            answers[name] = self.attack("steals-from-siblings", {"name": name, "other": other, "seconds": 1.5})

        threads = [threading.Thread(target=run, args=names) for names in (("one", "two"), ("two", "one"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name, answer in answers.items():
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.json(), [f"{LEFTOVER}-{name}"])


class AttacksOnTheHost(HostileCase):
    hooks = load("network", "forbidden-calls", "privileges")

    def test_network(self):  # 28, 29
        name = f"grapnel-e2e-{os.getpid()}"
        with socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as named:
            abstract.bind(f"\0{name}")
            path = str(self.server.folder.path / "listener")
            named.bind(path)
            os.chmod(path, 0o777)
            for listener in (abstract, named):
                listener.listen()
                listener.settimeout(0)
            answer = self.attack("network", {"port": self.server.port, "abstract": name, "sockets": [path]})
            self.assertEqual(answer.status, 200, answer)
            for target, outcome in answer.json()["answers"].items():
                self.assertNotEqual(outcome, "connected", target)
            for listener in (abstract, named):
                with self.assertRaises(BlockingIOError):
                    listener.accept()
        self.assertEqual(answer.json()["interfaces"], ["lo"])

    def test_forbidden_calls(self):  # 18, 31–36
        answer = self.attack("forbidden-calls", {})
        self.assertEqual(answer.status, 200, answer)
        outcomes = answer.json() if answer.body else None
        if outcomes is None:
            self.skipTest("NOT TESTED: the numbers of the calls are those of x86-64")
        refused = {"EPERM", "ENOSYS", "EACCES", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "refused", "ENXIO",
                   "ENOENT", "signal 31", "signal 11", "signal 9"}
        # EINVAL: root and its group have no place in the run's user namespace.
        identities = {"setuid", "setgid", "setreuid", "setresuid", "chown"}
        self.assertFalse({
            name: outcome for name, outcome in outcomes.items()
            if outcome not in refused and not (name in identities and outcome == "EINVAL")
        })
        # These must be refused by the filter itself, not by the kernel's dislike of the arguments.
        for name in ("unshare user", "setns", "mount", "ptrace", "process_vm_readv", "keyctl", "add_key", "bpf", "chroot",
                     "io_uring_setup", "perf_event_open", "userfaultfd", "clone user", "AF_ALG 5", "AF_VSOCK 1", "AF_NETLINK 3"):
            self.assertIn(outcomes[name], ("EPERM", "ENOSYS", "EACCES", "EAFNOSUPPORT"), name)
        self.assertEqual(outcomes["clone3"], "ENOSYS")

    def test_privileges(self):  # 31, 36
        answer = self.attack("privileges", {})
        self.assertEqual(answer.status, 200, answer)
        found = answer.json()
        status = found["status"]
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2")
        for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[name], 16), 0, name)
        self.assertNotIn("0", status["Uid"].split())
        self.assertNotIn(found["setuid bash"], ("0",))
        self.assertNotEqual(found["su"], 0)
        # A device is a mount of its own, and no file that could be executed.
        devices = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}
        self.assertFalse(set(found["without nosuid"]) - devices, found["without nosuid"])
        for device in ("mem", "kmem", "kmsg", "fuse", "kvm", "port", "sda", "vda", "loop-control", "net", "pts"):
            self.assertNotIn(device, found["devices"])
        for name in ("user", "mnt", "pid", "ipc", "uts", "net", "cgroup"):
            self.assertNotEqual(found["namespaces"][name], os.readlink(f"/proc/self/ns/{name}"), name)
        self.assertNotEqual(found["hostname"], os.uname().nodename)
        core = next(line for line in found["limits"].splitlines() if line.startswith("Max core file size"))
        self.assertEqual(core.split()[4:6], ["0", "0"], core)


class AttacksOnTheHead(HostileCase):
    """What a run writes where the host reads."""

    hooks = load("frames-on-stdout", "control-frames", "control-flood", "host-channel", "passes-descriptors",
                 "names-host-channel")

    def raw_answer(self, hook, payload):
        body = json.dumps(payload).encode()
        request = (
            f"POST /main/{hook} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.server.key}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
        parts = []
        with self.server.raw(request) as connection:
            while part := connection.recv(65536):
                parts.append(part)
        head, _, rest = b"".join(parts).partition(b"\r\n\r\n")
        return head, rest

    def test_frames_on_stdout(self):  # 39
        answer = self.attack("frames-on-stdout")
        self.assertEqual(answer.status, 200, answer)
        self.assertTrue(answer.body.startswith(b'42:{"type":"head"'), answer)
        self.assertTrue(answer.body.endswith(b"X-Evil: 1\r\n\r\n"), answer)
        self.assertNotIn("X-Evil", answer.headers)
        logs = self.server.logs(run=answer.run)
        self.assertEqual({line["stream"] for line in logs}, {"stderr"}, logs)

    def test_malformed_frames(self):  # 39
        for text in (
            "garbage", "9" * 30 + ":", "2000000:", "-1:x,", "3:{},", "2:{};", "01:1,", ":,", "2:[],", "4:null,",
            frame("{]"), frame({"type": "unknown"}), frame({"no": "type"}), frame({"type": "head", "status": "200"}),
            frame({"type": "head", "status": 99}), frame({"type": "head", "status": 1000}),
            frame({"type": "head", "headers": "X: 1"}), frame({"type": "log", "level": "shout", "value": 1}),
            frame("{" * 100_000),
        ):
            with self.subTest(text[:60]):
                answer = self.attack("control-frames", {"frames": text})
                self.assertEqual(answer.status, 502, answer)
                self.assert_trace(answer.run, "failed", "control")

    def test_unfinished_frame(self):
        # A frame that never ends says nothing; whether it counts as malformed is the decoder's affair, but nobody waits.
        answer = self.attack("control-frames", {"frames": "500000:{"})
        self.assertIn(answer.status, (200, 502), answer)

    def test_status_of_protocol(self):
        # 1xx and 204/304 with a body would break the framing of the connection.
        for status in (100, 101, 204, 304):
            with self.subTest(status):
                head, rest = self.raw_answer("control-frames", {"frames": frame({"type": "head", "status": status})})
                code = int(head.split()[1])
                if code < 400:
                    self.assertNotIn(code, (100, 101))
                    self.assertEqual(code, status)
                    self.assertEqual(rest, b"")

    def test_line_breaks_in_headers(self):  # 41
        for name, value in (
            ("X-A", "b\r\nX-Evil: 1"), ("X-A", "b\nX-Evil: 1"), ("X-A: 1\r\nX-Evil", "1"), ("X A", "1"), ("", "1"), ("X-A", "b\0c"),
            ("X-Evil\r", "1"),
        ):
            with self.subTest((name, value)):
                head, _ = self.raw_answer(
                    "control-frames", {"frames": frame({"type": "head", "headers": [[name, value]]})})
                names = [line.split(b":")[0].strip().lower() for line in head.split(b"\n")[1:]]
                self.assertNotIn(b"x-evil", names, head)
                self.assertNotIn(b"x a", names, head)
                self.assertNotIn(b"\0", head)

    def test_headers_of_the_host(self):
        fields = [
            ["Content-Length", "3"], ["Transfer-Encoding", "chunked"], ["Connection", "upgrade"], ["Upgrade", "evil"],
            ["Grapnel-Run", "00000000000000000000000000"], ["traceparent", "00-forged"], ["Trailer", "X"], ["Keep-Alive", "x"],
        ]
        head, rest = self.raw_answer("control-frames", {"frames": frame({"type": "head", "headers": fields})})
        lines = [line.decode("latin-1") for line in head.split(b"\r\n")[1:]]
        fields = {}
        for line in lines:
            name, _, value = line.partition(":")
            fields.setdefault(name.lower(), []).append(value.strip())
        if head.split()[1] == b"200":
            if "content-length" in fields:
                self.assertEqual(fields["content-length"], [str(len(rest))], head)
            self.assertNotIn("upgrade", fields)
        self.assertEqual(len(fields["grapnel-run"]), 1, head)
        self.assertNotEqual(fields["grapnel-run"], ["00000000000000000000000000"])
        self.assertNotIn("00-forged", fields.get("traceparent", []))

    def test_control_flood(self):
        answer = self.attack("control-flood")
        self.assertIn(answer.status, (200, 502), f"{answer.status}")
        self.assertLessEqual(len(answer.headers.get_all("X-Many", [])), 100)

    def test_host_channel(self):  # 39
        def say(value):
            return self.attack("host-channel", {"bytes": value})

        refused = say(frame({"id": 1, "method": "hooks.run", "params": {"hook": "innocent"}}))
        self.assertEqual(refused.status, 200, refused)
        reply = json.loads(refused.text.split(":", 1)[1].rstrip(","))
        self.assertEqual((reply["id"], reply["error"]["code"]), (1, "forbidden"), reply)
        unknown = say(frame({"id": 2, "method": "keys.list", "params": {}}))
        reply = json.loads(unknown.text.split(":", 1)[1].rstrip(","))
        self.assertEqual((reply["id"], reply["error"]["code"]), (2, "not_found"), reply)
        for garbage in ("garbage", "9" * 40 + ":", frame("{]"), frame("[]"), frame({"id": "x"}), frame({"method": 5})):
            with self.subTest(garbage[:40]):
                answer = say(garbage)
                self.assertIn(answer.status, (200, 502), answer)
                self.assertNotIn("innocent\n", answer.text)


    def test_descriptors_passed_to_the_host(self):  # 39
        answer = self.attack("passes-descriptors")
        self.assertIn(answer.text, ("refused\nrefused\n", "sent\nsent\n"), answer)
        if release() >= (6, 16):
            self.assertEqual(answer.text, "refused\nrefused\n")
        self.assertNotIn("net", harness.descriptors(self.server.pid))

    def test_the_host_channel_reaches_no_network(self):  # 39
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0grapnel-listens")
            listener.listen()
            answer = self.attack("names-host-channel")
        self.assertEqual(answer.text, "EINVAL EINVAL EISCONN\n" + "EPERM " * 7 + "0\n", answer)
        with open("/proc/net/unix") as file:
            self.assertNotIn("grapnel-left", file.read())

def release():
    """The kernel's version."""
    return tuple(int(number) for number in os.uname().release.split("-")[0].split(".")[:2])


if harness.IS_ROOT:

    class UserLevelAttacks(HostileCase):
        """The same on a server that was started without rights; limits that need cgroups are not its promise."""

        hooks = load(
            "fork-loop", "disk-bytes", "endless-stdout", "ignores-sigterm", "daemon", "grandchild-holds-stdout",
            "reads-environments", "opens-server-files", "leftovers", "descriptors", "forbidden-calls", "privileges",
            "writes-everywhere", "frames-on-stdout", "network")
        options = {"user": harness.NOBODY}

        test_disk = ResourceAttacks.test_disk
        test_endless_stdout = ResourceAttacks.test_endless_stdout
        test_ignores_sigterm = AttacksOnEndings.test_ignores_sigterm
        test_daemon = AttacksOnEndings.test_daemon
        test_grandchild_holds_stdout = AttacksOnEndings.test_grandchild_holds_stdout
        SECRET = AttacksOnSecrets.SECRET
        test_environments = AttacksOnSecrets.test_environments
        test_server_files = AttacksOnSecrets.test_server_files
        test_writes = AttacksOnSecrets.test_writes
        test_leftovers = AttacksOnSecrets.test_leftovers
        test_descriptors = AttacksOnSecrets.test_descriptors
        test_network = AttacksOnTheHost.test_network
        test_forbidden_calls = AttacksOnTheHost.test_forbidden_calls
        test_privileges = AttacksOnTheHost.test_privileges
        raw_answer = AttacksOnTheHead.raw_answer
        test_frames_on_stdout = AttacksOnTheHead.test_frames_on_stdout
        test_fork_loop = ResourceAttacks.test_fork_loop

    class OutsideOfTheSandbox(HostileCase):
        """What a run looks like from the host."""

        hooks = {"sleeper.py": "import signal\nsignal.pause()\n"}

        def test_users(self):
            run = self.server.submit("sleeper")
            self.server.running(run)

            def sleeping():
                return [
                    pid for pid in harness.descendants(self.server.launcher)
                    if any(b"sleeper" in word for word in harness.command_line(pid))
                ]

            pids = eventually(sleeping, what="the run's process")
            for pid in pids:
                fields = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
                identities = next(line for line in fields if line.startswith("Uid:")).split()[1:]
                self.assertNotIn("0", identities)
                server = next(
                    line for line in pathlib.Path(f"/proc/{self.server.pid}/status").read_text().splitlines()
                    if line.startswith("Uid:")).split()[1]
                self.assertNotIn(server, identities)
                self.assertNotEqual(server, "0", "the server gave up root")
            self.server.post(f"/api/v1/runs/{run}/cancel")
            self.assert_trace(run, "cancelled", "cancelled")





def _by_exec(case):
    """The same attacks by hooks that are executed, where their language is kept ready: what those reach may differ."""
    hooks = {
        name: {
            file: content + b"\nstart: exec\n" if file == "hook.yaml" and b"runtime: python" in content else content
            for file, content in files.items()}
        for name, files in case.hooks.items()}
    return type(f"{case.__name__}ByExec", (case,), {"hooks": hooks, "__module__": __name__})


for _case in (AttacksOnSecrets, AttacksOnTheHost):
    globals()[f"{_case.__name__}ByExec"] = _by_exec(_case)
del _case


if __name__ == "__main__":
    unittest.main()
