"""Holds the launcher against its contract, at both levels, over its real socket. Needs GRAPNEL_LAUNCHER (the binary).

    GRAPNEL_LAUNCHER=.build/debug/grapnel-launcher /usr/bin/python3 -m unittest discover Tests/LauncherTests
"""

import contextlib
import errno
import glob
import json
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import unittest

import launcher_client as client
from launcher_client import (
    BUNDLE, DISK, EXITED, FAILED, FILES, MEBIBYTE, MEMORY, PROCESSES, SIGNALLED, Launcher, wait_until)

BINARY = client.binary()
NODE = next((path for path in ("/usr/bin/node", "/usr/local/bin/node") if os.path.exists(path)), None)
IS_ROOT = os.geteuid() == 0

SYSTEM_CALLS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])
    return ctypes.get_errno() if result == -1 else 0
"""


def probe(surroundings=(), arguments=()):
    ended = subprocess.run([*surroundings, BINARY, "probe", *arguments], capture_output=True, check=True)
    return json.loads(ended.stdout)["mechanisms"]


def cgroup_folders(name):
    return [path for path in glob.glob(f"/sys/fs/cgroup/**/{name}", recursive=True) if os.path.isdir(path)]


def in_own_mounts(script):
    """A command that changes the mounts with `script`, for the command after it alone."""
    return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", f'{script}; exec "$@"', "sh"]


def cgroup_mount(controller):
    """Where a controller of cgroup v1 is mounted, or None."""
    with open("/proc/self/mounts") as file:
        for line in file:
            _, place, kind, options, *_ = line.split()
            if kind == "cgroup" and controller in options.split(","):
                return place
    return None


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return file.read().split()
    except OSError:
        return []


def programs(init):
    """The children of an init that have executed something: the one of a spare only waits for that."""
    found = []
    for pid in children(init):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/comm") as name:
            if not name.read().startswith("grapnel-launch"):
                found.append(pid)
    return found


def holds_little(pid):
    """0 to 5 lead to nothing; then its orders, those that it gives, the lifeline, the pipe of ends, perhaps a Landlock
    ruleset."""
    try:
        return 0 < len(os.listdir(f"/proc/{pid}/fd")) <= 11
    except PermissionError:
        return True
    except OSError:
        return False


SPARES = 4  # inits that wait for a run
POOL_MAX = 64  # network namespaces that wait to be used again, and cgroups that may


def is_alive(pid):
    return os.path.exists(f"/proc/{pid}")


class LauncherTests:
    """What holds at both levels."""

    level = ""

    @classmethod
    def setUpClass(cls):
        missing = [each["name"] for each in probe() if cls.level in each["required_for"] and not each["works"]]
        if missing:
            raise unittest.SkipTest(f"level {cls.level} needs {', '.join(missing)}")
        cls.launcher = Launcher(cls.level, files={
            "hello.sh": "#!/bin/bash\necho hello from $PWD\n", "data.txt": "data\n"})

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "launcher"):
            cls.launcher.close()

    def assertExits(self, outcome, code=0):
        self.assertEqual((outcome.exit.ending, outcome.exit.code, outcome.exit.step),
                         (EXITED, code, "none"), (outcome.exit, outcome.output, outcome.error))

    # MARK: how a run ends

    def test_exit_codes(self):
        for code in (0, 1, 7, 126, 255):
            self.assertExits(self.launcher.shell(f"exit {code}"), code)

    def test_end_by_a_signal(self):
        outcome = self.launcher.shell("kill -SEGV $$")
        self.assertEqual((outcome.exit.ending, outcome.exit.code), (SIGNALLED, signal.SIGSEGV))

    def test_program_that_is_not_there(self):
        outcome = self.launcher.run(["/usr/bin/no-such-program"])
        self.assertEqual((outcome.exit.ending, outcome.exit.step, outcome.exit.error), (FAILED, "exec", errno.ENOENT))

    def test_program_that_is_no_program(self):
        outcome = self.launcher.run(["/usr"])
        self.assertEqual((outcome.exit.ending, outcome.exit.step, outcome.exit.error), (FAILED, "exec", errno.EACCES))

    def test_folder_that_is_not_there(self):
        outcome = self.launcher.run(["/bin/true"], directory="/nowhere")
        self.assertEqual(
            (outcome.exit.ending, outcome.exit.step, outcome.exit.error), (FAILED, "directory", errno.ENOENT))

    def test_bundle_that_is_not_there(self):
        outcome = self.launcher.run(["/bin/true"], bundle="f" * 64)
        self.assertEqual(
            (outcome.exit.ending, outcome.exit.step, outcome.exit.error), (FAILED, "bundle", errno.ENOENT))

    def test_bundle_that_is_a_link(self):
        link = os.path.join(self.launcher.folder, "bundles", "e" * 64)
        os.symlink("/etc", link)
        outcome = self.launcher.run(["/bin/true"], bundle="e" * 64)
        self.assertEqual((outcome.exit.ending, outcome.exit.step, outcome.exit.error), (FAILED, "bundle", errno.ELOOP))

    def test_layers_are_mounted_read_only(self):
        for number, name in enumerate(["b" * 64, "c" * 64]):
            folder = os.path.join(self.launcher.folder, "layers", name)
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, "content"), "w") as file:
                file.write(f"layer {number}\n")
        command = "cat /layer/content /dependencies/content; echo x >/layer/y; echo x >/dependencies/y; ls /layer"
        outcome = self.launcher.shell(command, layer="b" * 64, dependencies="c" * 64)
        self.assertEqual(outcome.output, b"layer 0\nlayer 1\ncontent\n", outcome.error)
        self.assertEqual(outcome.error.count(b"Read-only file system"), 2, outcome.error)
        self.assertEqual(self.launcher.shell("ls /layer /dependencies | wc -w").output, b"2\n")
        outcome = self.launcher.run(["/bin/true"], layer="f" * 64)
        self.assertEqual((outcome.exit.ending, outcome.exit.step, outcome.exit.error), (FAILED, "layer", errno.ENOENT))

    def test_use_is_told(self):
        outcome = self.launcher.python("x = bytearray(40 << 20)\nfor i in range(2000000): pass")
        self.assertExits(outcome)
        self.assertGreater(outcome.exit.peak, 40 << 20)
        self.assertGreater(outcome.exit.cpu, 10000)

    def test_sigterm_reaches_the_process_group(self):
        id, output, *others = self.launcher.begin(
            ["/bin/bash", "-c", "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.05; done"])
        self.assertEqual(os.read(output, 6), b"ready\n")
        self.launcher.signal(id, signal.SIGTERM)
        self.assertEqual(os.read(output, 4), b"bye\n")
        ended = self.launcher.wait(id)
        self.assertEqual((ended.ending, ended.code), (EXITED, 9))
        self.close_all(output, *others)

    def test_sigterm_that_is_ignored_then_sigkill(self):
        id, output, *others = self.launcher.begin(
            ["/bin/bash", "-c", "trap '' TERM; (trap '' TERM; echo ready; exec sleep 1000) & wait; wait; sleep 1000"])
        self.assertEqual(os.read(output, 6), b"ready\n")
        self.launcher.signal(id, signal.SIGTERM)
        self.launcher.signal(id, signal.SIGKILL)
        ended = self.launcher.wait(id)
        self.assertEqual((ended.ending, ended.code), (SIGNALLED, signal.SIGKILL))
        self.assertEqual(os.read(output, 10), b"")
        self.close_all(output, *others)

    def test_daemon_dies_with_the_run(self):
        id, output, *others = self.launcher.begin(["/usr/bin/python3", "-I", "-c", """
import os, time
spoken, speaking = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(1, b"daemon")
        os.write(speaking, b".")
        time.sleep(1000)
    os._exit(0)
os.wait()
os.read(spoken, 1)
"""])
        self.assertEqual(self.launcher.wait(id).ending, EXITED)
        self.assertEqual(os.read(output, 100), b"daemon")
        # Nobody else holds the pipe, so this ends only because the daemon is dead.
        self.assertEqual(os.read(output, 100), b"")
        self.close_all(output, *others)

    def test_grandchild_that_holds_the_output(self):
        outcome = self.launcher.shell("sleep 1000 & echo done; exit 3")
        self.assertExits(outcome, 3)
        self.assertEqual(outcome.output, b"done\n")

    def test_zombies_are_reaped(self):
        outcome = self.launcher.python("""
import os, time
for _ in range(300):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
    os.wait()
while [p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]: time.sleep(0.01)
print("clean")
""")
        self.assertEqual(outcome.output, b"clean\n", (outcome.error, outcome.exit))

    # MARK: limits

    def test_disk_full(self):
        outcome = self.launcher.shell("dd if=/dev/zero of=/tmp/x bs=1M count=64 2>&1; exit 4", disk=8 * MEBIBYTE)
        self.assertExits(outcome, 4)
        self.assertEqual(outcome.exit.breaches, DISK)

    def test_too_many_files(self):
        outcome = self.launcher.shell("for i in $(seq 200); do : > /tmp/$i || exit 5; done", files=100)
        self.assertExits(outcome, 5)
        self.assertEqual(outcome.exit.breaches, FILES)

    def test_huge_sparse_file(self):
        outcome = self.launcher.python("""
import os
f = os.open("/tmp/x", os.O_CREAT | os.O_RDWR)
for attempt in (lambda: os.posix_fallocate(f, 0, 1 << 40), lambda: os.ftruncate(f, 1 << 40)):
    try: attempt(); print("no")
    except OSError as e: print(e.errno)
""")
        self.assertEqual(outcome.output, b"%d\n%d\n" % (errno.EFBIG, errno.EFBIG))

    def test_open_files(self):
        outcome = self.launcher.python("""
import os
try:
    while True: last = os.dup(0)
except OSError as e: print(e.errno, last)
""", open_files=64)
        self.assertEqual(outcome.output, f"{errno.EMFILE} 63\n".encode())

    # MARK: what a run sees

    def test_bundle_and_runtimes_are_there(self):
        outcome = self.launcher.shell("cat data.txt; bash hello.sh; python3 /runtimes/python/boot.py")
        self.assertEqual(outcome.output, b"data\nhello from /hook\nboot\n", outcome.error)

    def test_only_what_is_public_is_there(self):
        outcome = self.launcher.shell(
            "ls -A / | tr '\\n' ' '; echo; ls /root /home /srv /sys; cat /etc/shadow; cat /etc/passwd")
        names = set(outcome.output.splitlines()[0].split())
        allowed = {"bin", "dev", "etc", "hook", "lib", "lib32", "lib64", "libx32", "proc", "run", "runtimes", "sbin",
                   "tmp", "usr", "var", "layer", "dependencies", "node_modules", "libexec", ".launcher"}
        self.assertLessEqual({name.decode() for name in names}, allowed)
        self.assertEqual(len(outcome.output.splitlines()), 4, outcome.output)
        self.assertEqual(outcome.error.count(b"No such file"), 5, outcome.error)

    def test_hidden_folder_is_empty(self):
        outcome = self.launcher.python(
            "import os\nfor p in ('/.launcher', '/.launcher/bundles', '/.launcher/proc/1/environ'):\n"
            "  try: print(os.listdir(p))\n  except OSError as e: print(e.errno)")
        self.assertNotIn(b"bundles", outcome.output)
        self.assertNotIn(BUNDLE.encode(), outcome.output)

    def test_nothing_shared_can_be_written(self):
        outcome = self.launcher.python("""
import os, errno
places = ["/", "/usr", "/usr/bin", "/etc", "/hook", "/runtimes", "/runtimes/python", "/dev", "/run", "/var", "/etc/ssl",
          "/lib", "/usr/lib/python3"]
for place in places:
    try:
        os.close(os.open(place + "/x", os.O_CREAT | os.O_WRONLY)); print(place, "written")
    except OSError as e:
        if e.errno != errno.EROFS: print(place, e)
for file in ["/etc/passwd", "/etc/hosts", "/etc/resolv.conf", "/hook/data.txt", "/usr/bin/python3",
             "/runtimes/python/boot.py"]:
    for attempt in (lambda: os.open(file, os.O_WRONLY), lambda: os.unlink(file), lambda: os.chmod(file, 0o777)):
        try:
            attempt(); print(file, "changed")
        except OSError as e:
            if e.errno not in (errno.EROFS, errno.EACCES, errno.EPERM): print(file, e)
for file in ["/proc/sys/kernel/core_pattern", "/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger",
             "/proc/sys/user/max_user_namespaces"]:
    try:
        os.open(file, os.O_WRONLY); print(file, "opened")
    except OSError as e:
        pass
""")
        self.assertExits(outcome)
        self.assertEqual(outcome.output, b"")

    def test_leftovers_are_not_seen_by_the_next(self):
        self.assertExits(self.launcher.shell("for d in /tmp /var/tmp /dev/shm; do echo secret > $d/left; done"))
        outcome = self.launcher.shell("find /tmp/ /var/tmp/ /dev/shm/ -mindepth 1 ! -name .shm")
        self.assertEqual((outcome.output, outcome.error), (b"", b""))

    def test_processes_of_others_are_not_visible(self):
        outcome = self.launcher.python("""
import os
print([p for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()])
for path in ("/proc/1/environ", "/proc/1/cmdline", "/proc/1/maps", "/proc/1/root", "/proc/1/fd"):
    try: print(path, os.stat(path))
    except OSError: pass
""")
        self.assertEqual(outcome.output, b"[]\n")

    def test_kill_reaches_nobody_else(self):
        outcome = self.launcher.python("""
import os, signal
for pid in (1, -1, %d, %d):
    try: os.kill(pid, 9)
    except OSError: pass
print("alive")
""" % (self.launcher.pid, os.getpid()))
        self.assertEqual(outcome.output, b"alive\n")
        self.assertTrue(is_alive(self.launcher.pid))
        self.assertExits(self.launcher.run(["/bin/true"]))

    def test_environment_is_only_what_was_given(self):
        outcome = self.launcher.run(["/usr/bin/env"], env={"A": "1", "EMPTY": ""})
        self.assertEqual(outcome.output, b"A=1\nEMPTY=\n")

    def test_descriptors(self):
        code = "import os\nprint(sorted(int(n) for n in os.listdir('/proc/self/fd'))[:-1])"
        self.assertEqual(self.launcher.python(code).output, b"[0, 1, 2, 3, 4]\n")
        self.assertEqual(self.launcher.python(code, payload=b"x").output, b"[0, 1, 2, 3, 4, 5]\n")
        outcome = self.launcher.shell("cat; cat <&5; echo control >&3; echo error >&2", input=b"in ", payload=b"pay")
        self.assertEqual((outcome.output, outcome.error, outcome.control), (b"in pay", b"error\n", b"control\n"))

    def test_identity_and_capabilities(self):
        outcome = self.launcher.shell("id -u; id -g; hostname; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status")
        lines = outcome.output.decode().split()
        self.assertEqual(lines[:3], ["1000", "1000", "grapnel"])
        self.assertEqual([line for line in lines if set(line) == {"0"}], ["0" * 16] * 5)
        self.assertEqual(lines[-3:], ["1", "Seccomp:", "2"])

    def test_setuid_programs_gain_nothing(self):
        outcome = self.launcher.shell(
            "for p in /usr/bin/su /usr/bin/passwd /usr/bin/mount /usr/bin/newgrp; do test -u $p && echo $p; done;"
            "cp /usr/bin/id /tmp/id; chmod 4755 /tmp/id; /tmp/id -u; grep -c nosuid /proc/mounts > /dev/null;"
            "grep -v -E 'nosuid|devtmpfs' /proc/mounts")
        self.assertEqual(outcome.output.splitlines()[-1], b"1000")

    # MARK: network

    def test_no_network(self):
        listener = socket.create_server(("127.0.0.1", 0))
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\0grapnel-test-%d" % os.getpid())
        abstract.listen()
        outcome = self.launcher.python("""
import socket
for family, address in ((socket.AF_INET, ("127.0.0.1", %d)), (socket.AF_INET, ("169.254.169.254", 80)),
                        (socket.AF_INET, ("1.1.1.1", 53)), (socket.AF_UNIX, "\\0grapnel-test-%d")):
    try:
        socket.socket(family).connect(address); print("connected", address)
    except OSError as e: pass
own = socket.create_server(("127.0.0.1", 0))
socket.create_connection(own.getsockname()).close()
print(open("/proc/net/dev").read().count(":"))
""" % (listener.getsockname()[1], os.getpid()))
        listener.close()
        abstract.close()
        self.assertExits(outcome)
        self.assertNotIn(b"connected", outcome.output)

    def test_address_families(self):
        outcome = self.launcher.python("""
import socket
for family in list(range(0, 50)) + [(1 << 32) + 16]:
    result = 0
    try: socket.socket(family, socket.SOCK_DGRAM).close()
    except OverflowError: continue
    except OSError as e: result = e.errno
    if result != 1: print(family, end=" ")
""")
        self.assertEqual(set(outcome.output.split()) - {b"10"}, {b"1", b"2"})

    def test_host_network_is_refused_unless_allowed(self):
        outcome = self.launcher.run(["/bin/true"], network=1)
        self.assertEqual((outcome.exit.step, outcome.exit.error), ("request", errno.EPERM))

    def test_host_network(self):
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"('127.0.0.1', {listener.getsockname()[1]})"
        code = f"import socket; socket.create_connection({address}); print('connected')"
        with Launcher(self.level, options=["--allow-host-network"]) as launcher:
            self.assertEqual(launcher.python(code, network=1).output, b"connected\n")
            self.assertNotEqual(launcher.python(code).output, b"connected\n")
            outcome = launcher.shell("cat /etc/resolv.conf; echo x > /etc/resolv.conf", network=1)
            with open("/etc/resolv.conf", "rb") as file:
                self.assertEqual(outcome.output, file.read())
            self.assertIn(b"Read-only", outcome.error)
        listener.close()

    # MARK: system calls

    @unittest.skipUnless(os.uname().machine == "x86_64", "the numbers are those of x86_64")
    def test_refused_calls(self):
        outcome = self.launcher.python(SYSTEM_CALLS + """
refused = dict(ptrace=101, unshare=272, setns=308, mount=165, umount2=166, pivot_root=155, chroot=161, keyctl=250,
    add_key=248, request_key=249, bpf=321, perf_event_open=298, userfaultfd=323, io_uring_setup=425, kexec_load=246,
    process_vm_readv=310, process_vm_writev=311, open_by_handle_at=304, name_to_handle_at=303, init_module=175,
    open_tree=428, move_mount=429, fsopen=430, mount_setattr=442, capset=126, seccomp=317, sethostname=170,
    pidfd_getfd=438, landlock_create_ruleset=444, reboot=169, swapon=167, settimeofday=164, syslog=103)
for name, number in refused.items():
    if call(number, 0, 0, 0, 0, 0) != 1: print(name)
for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    if call(56, flag | 17, 0, 0, 0, 0) != 1: print("clone", hex(flag))
if call(435, 0, 0) != 38: print("clone3")
if call(700, 0, 0) != 38: print("unknown")
for command in (0x5412, 0x541c, 0x540e, 0x5412 | 1 << 40):
    if call(16, 0, command, 0) != 1: print("ioctl", hex(command))
if call(135, 8) != 1 or call(135, 0xffffffff) != 0: print("personality")
for mode in (0o020666, 0o060666):
    if call(133, id and 0, mode, 259) != 1: print("mknod")
    if call(259, 3, 0, mode, 259) != 1: print("mknodat")
try: os.mkfifo("/tmp/fifo")
except OSError as e: print("fifo", e)
""")
        self.assertExits(outcome)
        self.assertEqual(outcome.output, b"")

    @unittest.skipUnless(os.uname().machine == "x86_64", "about the other ways into an x86_64 kernel")
    def test_other_architectures_are_killed(self):
        outcome = self.launcher.python(SYSTEM_CALLS + "print('x'); call(0x40000000 + 39)")
        self.assertEqual((outcome.exit.ending, outcome.exit.code), (SIGNALLED, signal.SIGSYS))
        # mov eax, 20; int 0x80; ret: getpid of a 32-bit program
        outcome = self.launcher.python("""
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex("b814000000cd80c3"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
""")
        self.assertEqual(outcome.exit.ending, SIGNALLED)
        self.assertIn(outcome.exit.code, (signal.SIGSYS, signal.SIGSEGV))

    def test_own_namespaces_cannot_be_made_by_tools(self):
        for command in ("unshare -U true", "unshare -m true", "mount -t tmpfs x /tmp", "mknod /tmp/n c 1 3"):
            outcome = self.launcher.shell(command)
            self.assertNotEqual(outcome.exit.code, 0, command)

    # MARK: languages

    def test_python(self):
        outcome = self.launcher.python("""
import threading, subprocess, multiprocessing, tempfile, asyncio, ssl, json
t = [threading.Thread(target=lambda: None) for _ in range(8)]
[x.start() for x in t]; [x.join() for x in t]
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())
def f(q): q.put(42)
q = multiprocessing.Queue(); p = multiprocessing.Process(target=f, args=(q,)); p.start(); print(q.get()); p.join()
with multiprocessing.Pool(2) as pool: print(sum(pool.map(abs, range(10))))
print(asyncio.run(asyncio.sleep(0, "async")), len(tempfile.mkdtemp()) > 0)
ssl.create_default_context()
""")
        self.assertExits(outcome)
        self.assertEqual(outcome.output.split(), [b"child", b"42", b"45", b"async", b"True"])

    @unittest.skipUnless(NODE, "node is not installed")
    def test_node(self):
        outcome = self.launcher.run([NODE, "-e", """
const {Worker} = require('worker_threads'), fs = require('fs'), cp = require('child_process');
fs.promises.writeFile('/tmp/a', 'text').then(() => fs.promises.copyFile('/tmp/a', '/tmp/b')).then(async () => {
  console.log(fs.readFileSync('/tmp/b', 'utf8'), cp.execSync('echo child').toString().trim());
  const code = 'require("worker_threads").parentPort.postMessage(1)';
  await new Promise(done => new Worker(code, {eval: true}).on('message', done));
  require('http').createServer().listen(0, function () { console.log('listening'); this.close(); });
});"""], memory=512 * MEBIBYTE)
        self.assertExits(outcome)
        self.assertEqual(outcome.output, b"text child\nlistening\n")

    def test_bash_and_perl(self):
        self.assertEqual(self.launcher.shell("echo $(seq 3 | sort -r | tr '\\n' ,) <(:)").output[:6], b"3,2,1,")
        if os.path.exists("/usr/bin/perl"):
            outcome = self.launcher.run(["/usr/bin/perl", "-MPOSIX", "-e", "print strftime('%Y', gmtime(0))"])
            self.assertEqual(outcome.output, b"1970")

    # MARK: requests

    def test_garbage_is_refused(self):
        launcher = self.launcher
        null = os.open("/dev/null", os.O_RDWR)
        for packet, descriptors in ((b"x", []), (b"\0" * 16, []), (struct.pack("=IIQ", 77, 0, 1), [null]),
                                    (b"A" * 4000, [null] * 3), (struct.pack("=IIQ", 2, 9, 5), [null]),
                                    (struct.pack("=IIQ", 1, 100, 0), [null]),
                                    (struct.pack("=IiQ", 2, signal.SIGSTOP, 5), []),
                                    (struct.pack("=IIQ", 1, 100, 3), [null] * 12)):
            count = len(launcher.refusals)
            launcher.send(packet, descriptors)
            self.assertTrue(launcher.read_event())
            self.assertEqual(len(launcher.refusals), count + 1, packet[:20])
        os.close(null)
        self.assertExits(launcher.run(["/bin/true"]))

    def test_wrong_specifications_are_refused(self):
        good = client.spec(["/bin/true"], {"A": "b"})
        strings = good[client.SPEC.size:]
        wrong = [
            b"", good[:50], good[:-1], good + b"x", b"\xff" * 300, os.urandom(1000),
            client.spec(["true"]), client.spec([""]), client.spec([], arguments=0),
            client.spec(["/bin/true"], {"": "x"}),
            client.spec(["/bin/true"], directory="relative"), client.spec(["/bin/true"], arguments=2),
            client.spec(["/bin/true"], arguments=5000), client.spec(["/bin/true"], environment=100000),
            client.spec(["/bin/true"], memory=0), client.spec(["/bin/true"], memory=-1),
            client.spec(["/bin/true"], disk=-5), client.spec(["/bin/true"], disk=1 << 62),
            client.spec(["/bin/true"], files=0),
            client.spec(["/bin/true"], serial=0), client.spec(["/bin/true"], serial=1 << 40),
            client.spec(["/bin/true"], cpu=0), client.spec(["/bin/true"], processes=0),
            client.spec(["/bin/true"], open_files=3), client.spec(["/bin/true"], network=7),
            client.spec(["/bin/true"], version=1), client.spec(["/bin/true"], magic=1),
            client.spec(["/bin/true"], reserved=1), client.spec(["/bin/true"], bundle="../../etc"),
            client.spec(["/bin/true"], bundle="A" * 64), client.spec(["/bin/true"], bundle="a" * 63),
            client.spec(["/bin/" + "x" * 140000]), good[:client.SPEC.size] + strings.replace(b"\0", b"x"),
        ]
        null = os.open("/dev/null", os.O_RDWR)
        for content in wrong:
            ended = self.launcher.wait(self.launcher.start(descriptors=[null] * 5, content=content))
            self.assertEqual((ended.ending, ended.step), (FAILED, "request"), content[:100])
        folder = os.open("/", os.O_RDONLY)
        ended = self.launcher.wait(self.launcher.start(descriptors=[null] * 4 + [folder], content=good))
        self.assertEqual((ended.ending, ended.step), (FAILED, "request"))
        ended = self.launcher.wait(self.launcher.start(descriptors=[null] * 3, content=good))
        self.assertEqual((ended.ending, ended.step), (FAILED, "request"))
        os.close(folder)
        os.close(null)
        self.assertExits(self.launcher.run(["/bin/true"]))

    def test_id_in_use(self):
        id, *readers = self.launcher.begin(["/bin/sleep", "1000"])
        count = len(self.launcher.refusals)
        null = os.open("/dev/null", os.O_RDWR)
        self.launcher.start(["/bin/true"], [null] * 5, id=id)
        os.close(null)
        self.launcher.read_event()
        self.assertEqual([(each.error, each.id) for each in self.launcher.refusals[count:]], [(errno.EEXIST, id)])
        self.launcher.signal(id, signal.SIGKILL)
        self.assertEqual(self.launcher.wait(id).ending, SIGNALLED)
        self.close_all(*readers)

    # MARK: nothing is left

    def test_many_runs_leave_nothing(self):
        launcher = self.launcher
        self.assertExits(launcher.run(["/bin/true"]))
        def open_files():
            return len(os.listdir(f"/proc/{launcher.pid}/fd")) if IS_ROOT else 0
        def mounts():
            with open("/proc/self/mountinfo") as file:
                return len(file.readlines())
        def run_cgroups():
            return sum(len(glob.glob(path + "/r*/")) for path in cgroup_folders(launcher.name))
        wait_until(lambda: run_cgroups() <= 16 and len(children(launcher.pid)) == SPARES)
        before, mounts_before, cgroups_before = open_files(), mounts(), run_cgroups()
        null = os.open("/dev/null", os.O_RDWR)
        programs = [["/bin/true"], ["/no/such"], ["/bin/bash", "-c", "sleep 100 & exit 1"], ["/bin/sleep", "100"]]
        for first in range(0, 200, 20):
            ids = []
            for number in range(first, first + 20):
                options = {"bundle": "d" * 64} if number % 5 == 4 else {}
                ids.append(launcher.start(programs[number % 4], [null] * 5, **options))
                if number % 4 == 3:
                    launcher.signal(ids[-1], signal.SIGKILL)
            for id in ids:
                launcher.wait(id)
        os.close(null)
        self.assertTrue(wait_until(lambda: len(children(launcher.pid)) == SPARES), children(launcher.pid))
        # What waits to be used again is bounded: see test_pools.
        folders = len(cgroup_folders(launcher.name))
        self.assertTrue(wait_until(lambda: run_cgroups() <= cgroups_before + folders * POOL_MAX), run_cgroups())
        self.assertTrue(wait_until(lambda: open_files() <= before + 13 * POOL_MAX), open_files())
        self.assertEqual(mounts(), mounts_before)

    def test_many_at_once(self):
        null = os.open("/dev/null", os.O_RDWR)
        ids = [self.launcher.start(["/bin/sleep", "1000"], [null] * 5, memory=16 * MEBIBYTE) for _ in range(60)]
        for id in ids:
            self.launcher.signal(id, signal.SIGKILL)
        self.assertEqual([self.launcher.wait(id).ending for id in ids], [SIGNALLED] * 60)
        os.close(null)

    # MARK: instances

    def test_instances_take_turns(self):
        launcher = self.launcher
        reading, writing = os.pipe()
        null = os.open("/dev/null", os.O_RDWR)
        # All requests are there when the launcher comes to read them.
        os.kill(launcher.pid, signal.SIGSTOP)
        start = lambda name, serial: launcher.start(
            ["/bin/bash", "-c", f"echo {name}"], [null, writing, null, null, null], serial=serial)
        ids = [start("flood", 1) for _ in range(60)] + [start("other", 2), start("third", 3)]
        os.kill(launcher.pid, signal.SIGCONT)
        os.close(writing)
        os.close(null)
        for id in ids:
            launcher.wait(id, 60)
        said = b""
        while part := os.read(reading, 4096):
            said += part
        os.close(reading)
        words = said.split()
        self.assertEqual(len(words), 62)
        for name in (b"other", b"third"):
            self.assertLess(words.index(name), 31, words)

    def test_signal_for_a_run_that_waits_its_turn(self):
        null = os.open("/dev/null", os.O_RDWR)
        os.kill(self.launcher.pid, signal.SIGSTOP)
        ids = [self.launcher.start(["/bin/sleep", "1000"], [null] * 5, serial=1 + number % 2) for number in range(20)]
        for id in reversed(ids):
            self.launcher.signal(id, signal.SIGKILL)
        os.kill(self.launcher.pid, signal.SIGCONT)
        os.close(null)
        self.assertEqual([self.launcher.wait(id).ending for id in ids], [SIGNALLED] * 20)

    # MARK: spares

    def test_spares_hold_nothing_and_serve_once(self):
        launcher = self.launcher

        def are_spares():
            # One that is just ending has no files any more, one that has just begun has the launcher's still.
            spares = children(launcher.pid)
            waiting = [user for spare in spares for user in children(spare)]
            return len(spares) == SPARES and all(map(holds_little, spares + waiting))

        self.assertTrue(wait_until(are_spares), children(launcher.pid))
        before = children(launcher.pid)
        null = os.open("/dev/null", os.O_RDWR)
        ids = [launcher.start(["/bin/sleep", "1000"], [null] * 5) for _ in before]
        os.close(null)
        self.assertTrue(wait_until(lambda: all(programs(spare) for spare in before)), "not each serves a run")
        for id in ids:
            launcher.signal(id, signal.SIGKILL)
            launcher.wait(id)
        self.assertTrue(wait_until(lambda: not set(before) & set(children(launcher.pid))), "one outlives its run")

    @unittest.skipUnless(IS_ROOT, "the processes of a run are nobody's to kill")
    def test_killed_spares_are_no_loss(self):
        launcher = self.launcher
        for _ in range(3):
            wait_until(lambda: len(children(launcher.pid)) == SPARES)
            for spare in children(launcher.pid):
                os.kill(int(spare), signal.SIGKILL)
            wait_until(lambda: not children(launcher.pid))
            self.assertExits(launcher.run(["/bin/true"]))

    def test_events_wait_for_a_slow_server(self):
        # More ends than the socket has room for, and nobody reads them for now.
        null = os.open("/dev/null", os.O_RDWR)
        ids = [self.launcher.start(["/no/such"], [null] * 5) for _ in range(500)]
        os.close(null)
        wait_until(lambda: select.select([self.launcher.socket], [], [], 0)[0])
        wait_until(lambda: len(children(self.launcher.pid)) <= SPARES)
        self.assertEqual({self.launcher.wait(id, 60).step for id in ids}, {"exec"})
        self.assertExits(self.launcher.run(["/bin/true"]))

    def close_all(self, *descriptors):
        for descriptor in descriptors:
            os.close(descriptor)


class LauncherDeathTests:
    """What becomes of the runs when either end dies."""

    level = ""

    def begin(self):
        launcher = Launcher(self.level)
        ids, readers = [], []
        for _ in range(5):
            id, output, error, control = launcher.begin(
                ["/bin/bash", "-c", "trap '' TERM; (setsid sleep 1000 &); echo ready; sleep 1000"])
            self.assertEqual(os.read(output, 6), b"ready\n")
            os.close(error)
            os.close(control)
            readers.append(output)
        return launcher, readers

    def assert_all_dead(self, readers):
        for reader in readers:
            readable, _, _ = select.select([reader], [], [], 15)
            self.assertEqual(readable, [reader], "a process of a run is alive")
            self.assertEqual(os.read(reader, 10), b"")
            os.close(reader)

    def test_closed_socket_ends_all(self):
        launcher, readers = self.begin()
        pid, spares = launcher.pid, children(launcher.pid)
        launcher.close()
        self.assert_all_dead(readers)
        self.assertFalse(is_alive(pid))
        for spare in spares:
            self.assertTrue(wait_until(lambda: not is_alive(spare)), "a spare outlives the launcher")
        self.assertEqual(launcher.process.returncode, 0)
        self.assertEqual(cgroup_folders(launcher.name), [])

    def test_killed_launcher_ends_all_and_the_next_cleans_up(self):
        launcher, readers = self.begin()
        spares = children(launcher.pid)
        launcher.kill()
        self.assert_all_dead(readers)
        for spare in spares:
            self.assertTrue(wait_until(lambda: not is_alive(spare)), "a spare outlives the launcher")
        with Launcher(self.level, name=launcher.name, folder=launcher.folder) as next_launcher:
            self.assertEqual(next_launcher.run(["/bin/true"]).exit.ending, EXITED)
        self.assertEqual(cgroup_folders(launcher.name), [])
        launcher.close()

    def test_second_of_a_name_changes_nothing(self):
        launcher, readers = self.begin()
        if not launcher.cgroup:
            launcher.close()
            self.assert_all_dead(readers)
            self.skipTest("NOT TESTED: no cgroups to share at this level")
        folders = cgroup_folders(launcher.name)
        self.assertEqual({os.stat(folder).st_mode & 0o777 for folder in folders}, {0o700}, "others could lock them")
        second = Launcher(self.level, name=launcher.name, folder=launcher.folder, expect_ready=False)
        self.assertIn("another launcher", second.fatal or "it is ready")
        second.close()
        self.assertEqual(second.process.returncode, 1)
        self.assertEqual(select.select(readers, [], [], 0.5)[0], [], "a run of the first has ended")
        self.assertEqual(launcher.run(["/bin/true"]).exit.ending, EXITED)
        self.assertEqual(cgroup_folders(launcher.name), folders)
        launcher.close()
        self.assert_all_dead(readers)

    def test_second_of_a_name_waits_for_the_end_of_the_first(self):
        launcher, readers = self.begin()
        launcher.socket.shutdown(socket.SHUT_RDWR)
        with Launcher(self.level, name=launcher.name, folder=launcher.folder) as second:
            self.assertEqual(second.run(["/bin/true"]).exit.ending, EXITED)
        launcher.close()
        self.assert_all_dead(readers)
        self.assertEqual(cgroup_folders(launcher.name), [])

    def test_folders_are_named_in_any_way(self):
        with Launcher(self.level) as first:
            bundles = first.folder + "/./bundles/../bundles/"
            with Launcher(self.level, folder=first.folder, name=first.name + "-2",
                          options=["--bundles", bundles, "--runtimes", first.folder + "//runtimes"]) as launcher:
                self.assertEqual(launcher.run(["/bin/true"]).exit.ending, EXITED)

    def test_signals_of_a_terminal_do_not_end_it(self):
        with Launcher(self.level) as launcher:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
                subprocess.run(["kill", f"-{int(number)}", str(launcher.pid)], check=True)
            self.assertEqual(launcher.run(["/bin/true"]).exit.ending, EXITED)

    def test_missing_folder_is_fatal(self):
        launcher = Launcher(self.level, expect_ready=False, options=["--mount", "/no/such/folder"])
        self.assertIn("/no/such/folder", launcher.fatal)
        launcher.close()
        self.assertEqual(launcher.process.returncode, 1)

    def test_extra_mount(self):
        with Launcher(self.level, options=["--mount", "/usr/share/zoneinfo"]) as launcher:
            self.assertEqual(launcher.shell("test -e /usr/share/zoneinfo/UTC").exit.code, 0)
            self.assertIn(b"Read-only", launcher.shell("touch /usr/share/zoneinfo/x").error)


@unittest.skipUnless(BINARY, "GRAPNEL_LAUNCHER is not set")
@unittest.skipUnless(IS_ROOT, "level full needs root")
class FullLevel(LauncherTests, unittest.TestCase):
    level = "full"

    def test_memory_bomb(self):
        outcome = self.launcher.python(
            "import os\nif os.fork(): os.wait()\nelse:\n  x = bytearray(1 << 30)", memory=64 * MEBIBYTE)
        self.assertEqual((outcome.exit.ending, outcome.exit.code), (SIGNALLED, signal.SIGKILL))
        self.assertEqual(outcome.exit.breaches, MEMORY)

    def test_memory_in_files_counts(self):
        outcome = self.launcher.shell("cat /dev/zero > /tmp/x", memory=32 * MEBIBYTE, disk=512 * MEBIBYTE)
        self.assertEqual(outcome.exit.ending, SIGNALLED)
        self.assertTrue(outcome.exit.breaches & MEMORY)

    def test_fork_bomb(self):
        outcome = self.launcher.python("""
import os, time
try:
    while True:
        if os.fork() == 0: time.sleep(1000)
except BlockingIOError: os._exit(6)
""", processes=20)
        self.assertExits(outcome, 6)
        self.assertEqual(outcome.exit.breaches, PROCESSES)

    def test_thread_bomb(self):
        outcome = self.launcher.python("""
import threading, os
gate = threading.Event()
count = 1
try:
    while True:
        threading.Thread(target=gate.wait, daemon=True).start(); count += 1
except RuntimeError: print(count, flush=True); os._exit(0)
""", processes=20)
        self.assertEqual(outcome.output, b"20\n")
        self.assertEqual(outcome.exit.breaches, PROCESSES)

    def test_cpu_quota(self):
        outcome = self.launcher.python(
            "import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end: pass\nprint(time.process_time())",
            cpu=200)
        self.assertLess(float(outcome.output), 0.6)

    def test_weight_of_an_instance_is_shared_by_its_runs(self):
        launcher = self.launcher
        file = "cpu.weight" if launcher.cgroup == 2 else "cpu.shares"
        whole = 10000 if launcher.cgroup == 2 else 64 * 1024

        def weights():
            found = {}
            for path in cgroup_folders(launcher.name):
                for place in glob.glob(f"{path}/r*/{file}"):
                    with contextlib.suppress(OSError):
                        with open(os.path.join(os.path.dirname(place), "cgroup.procs")) as members:
                            if not members.read().strip():
                                continue
                        with open(place) as text:
                            found[place] = int(text.read())
            return sorted(found.values(), reverse=True)

        self.assertTrue(wait_until(lambda: weights() == [whole] * SPARES), weights())
        null = os.open("/dev/null", os.O_RDWR)
        flood = [launcher.start(["/bin/sleep", "1000"], [null] * 5, serial=1) for _ in range(17)]
        other = launcher.start(["/bin/sleep", "1000"], [null] * 5, serial=2)
        # Seventeen share what one has; a spare, which is nobody's yet, has as much as that one.
        self.assertTrue(wait_until(lambda: weights() == [whole] * (1 + SPARES) + [whole // 32] * 17), weights())
        for id in flood[:15]:
            launcher.signal(id, signal.SIGKILL)
            launcher.wait(id)
        self.assertTrue(
            wait_until(lambda: weights()[:SPARES + 1] == [whole] * (SPARES + 1) and len(weights()) == SPARES + 3), weights())
        for weight in weights()[SPARES + 1:]:
            self.assertGreaterEqual(weight, whole // 8)
        for id in (*flood[15:], other):
            launcher.signal(id, signal.SIGKILL)
            launcher.wait(id)
        os.close(null)

    def test_uid_outside_differs_per_instance(self):
        uids = []
        wait_until(lambda: len(children(self.launcher.pid)) <= SPARES)
        for serial in (1, 77):
            id, output, *others = self.launcher.begin(["/bin/bash", "-c", "echo; exec sleep 1000"], serial=serial)
            os.read(output, 1)
            init, = [pid for pid in children(self.launcher.pid) if programs(pid)]
            for pid in (init, *children(init)):
                with open(f"/proc/{pid}/status") as file:
                    uids.append(next(line.split()[1:] for line in file if line.startswith("Uid:")))
            self.launcher.signal(id, signal.SIGKILL)
            self.launcher.wait(id)
            wait_until(lambda: init not in children(self.launcher.pid))
            self.close_all(output, *others)
        self.assertEqual(uids, [["200001"] * 4] * 2 + [["200077"] * 4] * 2)


@unittest.skipUnless(BINARY, "GRAPNEL_LAUNCHER is not set")
class UserLevel(LauncherTests, unittest.TestCase):
    level = "user"

    def test_memory_bomb(self):
        outcome = self.launcher.python("x = bytearray(1 << 30)", memory=128 * MEBIBYTE)
        self.assertNotEqual((outcome.exit.ending, outcome.exit.code), (EXITED, 0))

    def test_fork_bomb(self):
        outcome = self.launcher.python("""
import os, time
try:
    while True:
        if os.fork() == 0: time.sleep(1000)
except BlockingIOError: os._exit(6)
""", processes=20)
        self.assertExits(outcome, 6)

    @unittest.skipUnless(IS_ROOT, "needs root to try it")
    def test_root_is_refused(self):
        folder = self.launcher.folder
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ended = subprocess.run(
            [BINARY, "serve", "--socket-fd", str(theirs.fileno()), "--level", "user", "--bundles", folder + "/bundles",
             "--runtimes", folder + "/runtimes"], pass_fds=[theirs.fileno()], capture_output=True)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(struct.unpack("=I", mine.recv(1024)[:4])[0], client.FATAL)
        mine.close()
        theirs.close()


@unittest.skipUnless(BINARY, "GRAPNEL_LAUNCHER is not set")
@unittest.skipUnless(IS_ROOT, "level full needs root")
class FullLevelDeath(LauncherDeathTests, unittest.TestCase):
    level = "full"

    def test_missing_controller_is_fatal(self):
        """Level full promises all three limits; `probe` says the same."""
        for controller in ("memory", "pids", "cpu"):
            place = cgroup_mount(controller)
            if place is None:
                self.skipTest("NOT TESTED: not cgroup v1; test_cgroup_place.py has version 2")
            with self.subTest(controller):
                surroundings = in_own_mounts(f"umount {place}")
                launcher = Launcher("full", expect_ready=False, surroundings=surroundings)
                self.assertIn(f'"{controller}"', launcher.fatal or "it is ready")
                launcher.close()
                self.assertEqual(cgroup_folders(launcher.name), [])
                missing = [each["name"] for each in probe(surroundings) if not each["works"]]
                self.assertIn(f"cgroup {controller}", missing)

    def test_full_without_root_is_fatal(self):
        launcher = Launcher("full")
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        subprocess.run(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", BINARY, "serve", "--socket-fd",
             str(theirs.fileno()), "--level", "full", "--bundles", launcher.folder + "/bundles", "--runtimes",
             launcher.folder + "/runtimes"], pass_fds=[theirs.fileno()], capture_output=True)
        self.assertEqual(struct.unpack("=I", mine.recv(1024)[:4])[0], client.FATAL)
        mine.close()
        theirs.close()
        launcher.close()


@unittest.skipUnless(BINARY, "GRAPNEL_LAUNCHER is not set")
class UserLevelDeath(LauncherDeathTests, unittest.TestCase):
    level = "user"

    @unittest.skipUnless(IS_ROOT, "only root can close /etc")
    def test_closed_etc_is_named(self):
        surroundings = in_own_mounts("mount -t tmpfs -o mode=0700 none /etc")
        launcher = Launcher("user", expect_ready=False, surroundings=surroundings)
        self.assertIn("/etc is not readable", launcher.fatal or "it is ready")
        launcher.close()
        surroundings += ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        etc, = [each for each in probe(surroundings) if each["name"] == "/etc"]
        self.assertFalse(etc["works"])
        self.assertIn("/etc is not readable", etc["detail"])
        self.assertEqual((etc["required_for"], etc["remedy"]), (["full", "user"], "chmod 755 /etc"))


@unittest.skipUnless(BINARY, "GRAPNEL_LAUNCHER is not set")
class CommandLine(unittest.TestCase):
    def test_probe(self):
        mechanisms = probe()
        self.assertIn("user namespace", [each["name"] for each in mechanisms])
        for each in mechanisms:
            self.assertEqual(set(each), {"name", "works", "detail", "required_for", "remedy"})
            self.assertTrue(each["remedy"])
            if not each["works"]:
                self.assertTrue(each["detail"])
        self.assertEqual(cgroup_folders("grapnel-probe-*"), [])
        self.assertNotIn("folder of runtimes", [each["name"] for each in mechanisms])

    def test_probe_of_the_runtimes(self):
        def look(folder, surroundings=()):
            found = probe(surroundings, ["--runtimes", folder])
            return next(each for each in found if each["name"] == "folder of runtimes")

        self.assertTrue(look("/usr/share")["works"])
        self.assertIn("/no/such/folder", look("/no/such/folder")["detail"])
        with tempfile.TemporaryDirectory() as closed:
            self.assertFalse(not IS_ROOT or look(closed)["works"], "runs have another user's id")
            if IS_ROOT:
                nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
                self.assertIn("is not readable", look(closed, nobody)["detail"])

    def test_wrong_command_lines(self):
        for arguments in ([], ["dance"], ["serve"], ["serve", "--level", "none"], ["serve", "--socket-fd"],
                          ["probe", "x"], ["serve", "--bundles", "relative"], ["serve", "--mount", "/tmp/x"],
                          *(["serve", "--mount", path] for path in (
                              "/", "/usr/", "/usr/..", "/usr/.", "/usr//share", "/etc", "/runtimes/x", "/var/tmp",
                              "usr", "/.launcher", "/" + "x/" * 1600 + "x")),
                          ["serve", "--uid-base", "0"],
                          ["serve", "--cgroup-name", "../x"], ["enter"],
                          ["enter", "--uid", "0", "--gid", "1", "--", "/bin/true"],
                          ["enter", "--uid", "1", "--gid", "1", "--bind", "/usr=../x", "--", "/bin/true"]):
            self.assertEqual(subprocess.run([BINARY, *arguments], capture_output=True).returncode, 64, arguments)

    @unittest.skipUnless(IS_ROOT, "enter needs root")
    def test_enter(self):
        import shutil
        import tempfile
        folder = tempfile.mkdtemp(prefix="grapnel-enter-")
        try:
            os.makedirs(folder + "/closed/data")
            os.makedirs(folder + "/closed/bin")
            os.chown(folder + "/closed/data", 4242, 4242)
            shutil.copy("/bin/bash", folder + "/closed/bin/program")
            os.chmod(folder + "/closed", 0o700)
            reader, writer = os.pipe()
            ended = subprocess.run(
                [BINARY, "enter", "--uid", "4242", "--gid", "4242", "--bind", folder + "/closed/data=data", "--bind-ro",
                 "/usr/share=share", "--", folder + "/closed/bin/program", "-c",
                 "id -u; id -G; echo x > /mnt/data/new; cat /mnt/data/new; touch /mnt/share/x /mnt/x; "
                 f"grep -E '^(Cap|NoNew)' /proc/self/status; echo inherited >&{writer}; ls {folder}/closed"],
                pass_fds=[writer], capture_output=True, text=True)
            os.close(writer)
            lines = ended.stdout.split()
            self.assertEqual(lines[:3], ["4242", "4242", "x"], ended.stderr)
            self.assertEqual([line for line in lines if set(line) == {"0"}], ["0" * 16] * 5)
            self.assertEqual(lines[-1], "1")
            self.assertEqual(os.read(reader, 100), b"inherited\n")
            self.assertEqual(ended.stderr.count("Read-only"), 2, ended.stderr)
            self.assertIn("denied", ended.stderr)
            os.close(reader)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
