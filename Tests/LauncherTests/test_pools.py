"""Holds what the launcher uses again against what must not go from run to run. Needs GRAPNEL_LAUNCHER (the binary)."""

import array
import contextlib
import os
import signal
import socket
import unittest

import launcher_client as client
from launcher_client import EXITED, MEBIBYTE, MEMORY, PROCESSES, SIGNALLED, Launcher, wait_until
from test_launcher import POOL_MAX, SPARES, cgroup_folders, children, probe

IS_ROOT = os.geteuid() == 0

#: All that there is to read of a network namespace and that no host shares: no socket is made to read it.
NETWORK_STATE = """
import os, time
# The init's end of the pair by which it gave the run its descriptors, without a name, may not be closed yet.
until = time.monotonic() + 10
while open("/proc/net/unix").read().count("\\n") > 1 and time.monotonic() < until: pass
for name in ("dev", "unix", "tcp", "tcp6", "udp", "udp6", "udplite", "raw", "raw6", "icmp", "icmp6", "snmp", "snmp6",
             "netstat", "sockstat6", "if_inet6", "igmp", "igmp6", "mcfilter", "mcfilter6", "route", "arp", "fib_trie",
             "ip6_flowlabel", "packet", "ptype", "nf_conntrack"):
    try: print(name, open("/proc/net/" + name).read())
    except OSError as error: print(name, error.errno)
for line in open("/proc/net/sockstat"):
    words = line.split()
    print(words[:3], words[words.index("tw") + 1] if "tw" in words else "")
"""

#: What a run may leave in a network namespace, or try to. Each makes a socket.
SOCKETS = {
    "a socket alone": "import socket; socket.socket().close()",
    "a pair": "import socket; socket.socketpair()",
    "an abstract name": "import socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0left')",
    "an abstract name of a pair": "import socket; s, _ = socket.socketpair(); s.bind('\\0left')",
    "a port": "import socket; s = socket.create_server(('127.0.0.1', 4711))",
    "connections that wait": """
import socket
server = socket.create_server(("127.0.0.1", 4711))
for _ in range(4): socket.create_connection(("127.0.0.1", 4711)).close(); server.accept()[0].close()
""",
    "packets": "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.sendto(b'x' * 999, ('127.0.0.1', 4711))",
    "a flow label": """
import socket, struct
s = socket.socket(socket.AF_INET6)
label = socket.inet_pton(socket.AF_INET6, "::1") + struct.pack("!I", 0x12345) + struct.pack("=BBHHHI", 0, 255, 1, 60, 60, 0)
s.setsockopt(socket.IPPROTO_IPV6, 32, label)
""",
    "a group": """
import socket
s = socket.socket(type=socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("224.0.0.99") + socket.inet_aton("127.0.0.1"))
""",
    "a socket of a child": "import os, socket; os.fork() or socket.socket(); os.wait()",
    "a socket of a thread": "import socket, threading as t; x = t.Thread(target=socket.socket); x.start(); x.join()",
    "a socket of a daemon": """
import os, socket, time
ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    s = socket.socket(socket.AF_UNIX); s.bind("\\0left"); s.listen()
    os.write(done, b"x")
    time.sleep(600)
os.read(ready, 1)
""",
    "a socket of another program": "import os; os.execv('/usr/bin/perl', ['perl', '-MSocket', '-e', "
                                   "'socket(my $s, AF_UNIX, SOCK_STREAM, 0) or exit 1'])",
}

#: What a run tries without a socket of its own.
TRIES = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
network = os.open("/proc/self/ns/net", os.O_RDONLY)
print(libc.setns(network, 0), libc.setns(network, 0x40000000), libc.unshare(0x40000000))
for folder, _, names in os.walk("/proc/sys/net"):
    for name in names:
        try: os.close(os.open(folder + "/" + name, os.O_WRONLY)); print("written", folder, name)
        except OSError: pass
for folder in ("/proc/net", "/proc/self/net"):
    for above, _, names in os.walk(folder):
        for name in names:
            try: os.close(os.open(above + "/" + name, os.O_WRONLY)); print("written", above, name)
            except OSError: pass
"""

#: Installs a filter with a listener of its own, as some containers have one, and stays beside the program.
LISTENER = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
allow = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7fff0000))
program = ctypes.create_string_buffer(struct.pack("@HP", 1, ctypes.addressof(allow)))
listener = libc.syscall(317, 1, 8, program)
assert listener >= 0, ctypes.get_errno()
pid = os.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
for descriptor in range(3, 64):
    if descriptor != listener:
        try: os.close(descriptor)
        except OSError: pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def networks(launcher):
    """How many network namespaces the launcher holds by a descriptor: those in its pool and those of runs."""
    found = 0
    for name in os.listdir(f"/proc/{launcher.pid}/fd"):
        try:
            found += os.readlink(f"/proc/{launcher.pid}/fd/{name}").startswith("net:")
        except OSError:
            pass
    return found


def is_idle(launcher):
    return len(children(launcher.pid)) == SPARES


@unittest.skipUnless(IS_ROOT, "the descriptors of the launcher are for root to see")
class PoolTests:
    """What holds at both levels."""

    level = ""

    @classmethod
    def setUpClass(cls):
        missing = [each["name"] for each in probe() if cls.level in each["required_for"] and not each["works"]]
        if missing:
            raise unittest.SkipTest(f"level {cls.level} needs {', '.join(missing)}")

    def setUp(self):
        self.launcher = Launcher(self.level)
        self.addCleanup(self.launcher.close)

    def assertExits(self, outcome, code=0):
        self.assertEqual((outcome.exit.ending, outcome.exit.code, outcome.exit.step),
                         (EXITED, code, "none"), (outcome.exit, outcome.output, outcome.error))

    def pooled(self, launcher=None):
        """The pool when all runs have gone and the spares are there, which do not count: they made their own."""
        launcher = launcher or self.launcher
        self.assertTrue(wait_until(lambda: is_idle(launcher)), children(launcher.pid))
        return networks(launcher)

    def assertNothingPooled(self):
        # A run that has ended and a spare that is still to come count like a spare, so one look may come too early.
        self.assertTrue(wait_until(lambda: is_idle(self.launcher) and networks(self.launcher) == 0),
                        (children(self.launcher.pid), networks(self.launcher)))

    def network_state(self):
        outcome = self.launcher.python(NETWORK_STATE)
        self.assertExits(outcome)
        return outcome.output.decode()

    # MARK: network namespaces

    def test_a_network_without_sockets_serves_again(self):
        self.assertNothingPooled()
        self.assertExits(self.launcher.run(["/bin/true"]))
        self.assertTrue(wait_until(lambda: self.pooled() > 0))
        seen = {self.launcher.run(["/bin/readlink", "/proc/self/ns/net"]).output for _ in range(40)}
        self.assertLessEqual(len(seen), 3 * SPARES)

    def test_a_network_with_a_socket_serves_once(self):
        self.assertNothingPooled()
        for what, code in SOCKETS.items():
            with self.subTest(what):
                self.assertExits(self.launcher.python(code))
                self.assertNothingPooled()

    def test_nothing_of_a_network_goes_from_run_to_run(self):
        new = self.network_state()
        self.assertIn("lo:", new)
        for _ in range(8):
            self.assertExits(self.launcher.run(["/bin/true"]))
        for what, code in SOCKETS.items():
            with self.subTest(what):
                self.assertExits(self.launcher.python(code))
                for _ in range(2 * SPARES):
                    self.assertEqual(self.network_state(), new)

    def test_sockets_that_outlive_their_run_keep_their_network(self):
        # The host channel is the one way out; nobody but this test would take what comes there.
        code = """
import array, socket
left = socket.socket(socket.AF_UNIX)
left.bind("\\0left")
left.listen()
socket.socket(fileno=4).sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [left.fileno()]))])
"""
        mine, theirs = socket.socketpair()
        null = os.open("/dev/null", os.O_RDWR)
        arguments = ["/usr/bin/python3", "-I", "-c", code]
        id = self.launcher.start(arguments, [null, null, null, null, theirs.fileno()])
        theirs.close()
        os.close(null)
        self.assertEqual(self.launcher.wait(id).code, 0)
        _, rights, _, _ = mine.recvmsg(8, 64)
        left = socket.socket(fileno=array.array("i", rights[0][2][:4])[0])
        for _ in range(2 * SPARES):
            outcome = self.launcher.python("""
import socket
s = socket.socket(socket.AF_UNIX)
try: s.connect("\\0left"); print("connected")
except ConnectionRefusedError: print("refused")
s.bind("\\0left")
""")
            self.assertExits(outcome)
            self.assertEqual(outcome.output, b"refused\n")
        self.assertNothingPooled()
        left.close()
        mine.close()

    def test_killed_runs_leave_no_network(self):
        null = os.open("/dev/null", os.O_RDWR)
        for program in (["/bin/sleep", "600"], ["/usr/bin/python3", "-c", "import socket; s = socket.socket(); s.recv(1)"]):
            id = self.launcher.start(program, [null] * 5)
            self.launcher.signal(id, signal.SIGKILL)
            self.launcher.wait(id)
        self.assertExits(self.launcher.python("import socket; socket.socket()"))
        os.close(null)
        self.assertNothingPooled()

    def test_runs_that_cannot_start_leave_no_network(self):
        self.assertEqual(self.launcher.run(["/no/such"]).exit.step, "exec")
        self.assertEqual(self.launcher.run(["/bin/true"], directory="/no/such").exit.step, "directory")
        self.assertNothingPooled()

    def test_without_sockets_nothing_can_be_left(self):
        new = self.network_state()
        for _ in range(2 * SPARES):
            outcome = self.launcher.python(TRIES)
            self.assertExits(outcome)
            self.assertEqual(outcome.output, b"-1 -1 -1\n")
        for _ in range(2 * SPARES):
            self.assertEqual(self.network_state(), new)

    def test_sockets_are_made_as_ever(self):
        outcome = self.launcher.python("""
import errno, signal, socket, threading
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
failures = []
def make():
    for _ in range(200):
        try:
            for each in (socket.socket(), *socket.socketpair()): each.close()
        except OSError as error:
            if error.errno != errno.EINTR: failures.append(error)
threads = [threading.Thread(target=make) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
signal.setitimer(signal.ITIMER_REAL, 0)
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
client.sendall(b"hello")
print(server.accept()[0].recv(5), failures)
""")
        self.assertExits(outcome)
        self.assertEqual(outcome.output, b"b'hello' []\n")

    @unittest.skipUnless(os.uname().machine == "x86_64", "the numbers are those of x86_64")
    def test_where_another_listens_nothing_serves_again(self):
        with Launcher(self.level, surroundings=["/usr/bin/python3", "-c", LISTENER]) as launcher:
            for _ in range(4):
                self.assertExits(launcher.run(["/bin/true"]))
                self.assertExits(launcher.python("import socket; socket.socket()"))
            self.assertEqual(self.pooled(launcher), 0)

    def test_the_pool_is_bounded(self):
        null = os.open("/dev/null", os.O_RDWR)
        ends = [os.pipe() for _ in range(POOL_MAX + 16)]
        ids = [self.launcher.start(["/bin/cat"], [end[0], null, null, null, null], memory=16 * MEBIBYTE) for end in ends]
        for end in ends:
            os.close(end[0])
            os.close(end[1])
        for id in ids:
            self.assertEqual(self.launcher.wait(id).ending, EXITED)
        os.close(null)
        self.assertTrue(wait_until(lambda: is_idle(self.launcher)))
        self.assertLessEqual(networks(self.launcher), POOL_MAX)


class FullLevelPools(PoolTests, unittest.TestCase):
    level = "full"

    # MARK: cgroups

    def cgroups(self):
        """The numbers of the runs' cgroups, when all runs have gone: those of the spares, and those that wait."""
        def look():
            return {name for folder in cgroup_folders(self.launcher.name) for name in os.listdir(folder)
                    if name.startswith("r") and name[1:].isdigit()}

        found = []

        def is_still():
            # What is discarded is removed aside, one after the other.
            found.append(look() if is_idle(self.launcher) else None)
            return len(found) > 5 and None not in found[-5:] and all(each == found[-1] for each in found[-5:])

        self.assertTrue(wait_until(is_still), found[-1:])
        return found[-1]

    def values(self, file):
        """What the file says in each of the runs' cgroups."""
        found = {}
        for folder in cgroup_folders(self.launcher.name):
            for number in self.cgroups():
                with contextlib.suppress(OSError), open(os.path.join(folder, number, file)) as opened:
                    found[number] = opened.read()
        return found

    @property
    def is_unified(self):
        return self.launcher.cgroup == 2

    def serve(self, count=6 * SPARES):
        for _ in range(count):
            self.assertExits(self.launcher.run(["/bin/true"]))

    def test_an_empty_cgroup_serves_again(self):
        self.serve()
        before = self.cgroups()
        self.serve(60)
        # On a busy machine some memory may be freed so late that one is not taken again.
        self.assertGreater(2 * len(before & self.cgroups()), len(before))
        self.assertLess(len(self.cgroups()), 30)

    def test_use_is_that_of_the_run_alone(self):
        self.serve()
        before = self.cgroups()
        busy = self.launcher.python("import time\nx = b'x' * (96 << 20)\nwhile time.process_time() < 0.5: pass")
        self.assertExits(busy)
        self.assertGreater(busy.exit.peak, 96 * MEBIBYTE)
        self.assertGreater(busy.exit.cpu, 450_000)
        for _ in range(6 * SPARES):
            ended = self.launcher.run(["/bin/true"])
            self.assertExits(ended)
            self.assertLess(ended.exit.peak, 16 * MEBIBYTE)
            self.assertLess(ended.exit.cpu, 450_000)
            self.assertEqual(ended.exit.breaches, 0)
        self.assertGreater(2 * len(before & self.cgroups()), len(before))

    def test_limits_are_those_of_the_run(self):
        code = """
import os, sys
size, count = map(int, sys.argv[1:])
block, children = b"x" * (size << 20), []
for _ in range(count):
    pid = os.fork()
    if pid == 0: os.read(3, 1)
    children.append(pid)
for pid in children: os.kill(pid, 9); os.waitpid(pid, 0)
"""
        for _ in range(SPARES):
            for memory, processes, size, count in ((64, 8, 24, 4), (256, 40, 128, 30), (64, 8, 24, 4)):
                arguments = ["/usr/bin/python3", "-I", "-c", code, str(size), str(count)]
                outcome = self.launcher.run(arguments, memory=memory * MEBIBYTE, processes=processes)
                self.assertExits(outcome)
                self.assertEqual(outcome.exit.breaches, 0)
            outcome = self.launcher.run(
                ["/usr/bin/python3", "-I", "-c", code, "128", "0"], memory=64 * MEBIBYTE, processes=8)
            self.assertEqual((outcome.exit.ending, outcome.exit.breaches), (SIGNALLED, MEMORY), outcome.exit)
            outcome = self.launcher.run(["/usr/bin/python3", "-I", "-c", code, "8", "12"], processes=8)
            self.assertEqual(outcome.exit.breaches, PROCESSES, outcome.exit)

    def test_a_cgroup_that_met_a_limit_serves_once(self):
        for code in ("x = b'x' * (300 << 20)", "import os, sys\ntry:\n  while os.fork(): pass\nexcept OSError: pass\n"
                     "else: os.read(3, 1)"):
            self.serve()
            before = self.cgroups()
            self.launcher.python(code, memory=64 * MEBIBYTE, processes=10)
            self.assertEqual(len(before - self.cgroups()), 1)
            for _ in range(6 * SPARES):
                outcome = self.launcher.run(["/bin/true"])
                self.assertExits(outcome)
                self.assertEqual(outcome.exit.breaches, 0)

    def test_a_cgroup_of_a_killed_run_serves_once(self):
        self.serve()
        before = self.cgroups()
        null = os.open("/dev/null", os.O_RDWR)
        id = self.launcher.start(["/bin/sleep", "600"], [null] * 5)
        os.close(null)
        self.launcher.signal(id, signal.SIGKILL)
        self.launcher.wait(id)
        self.assertEqual(len(before - self.cgroups()), 1)

    def test_a_cgroup_that_has_memory_left_serves_once(self):
        path = os.path.join(self.launcher.bundle, "large")
        with open(path, "wb") as file:
            file.write(os.urandom(24 * MEBIBYTE))
            os.fsync(file.fileno())
        self.serve()
        before = self.cgroups()
        with open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        # The kernel charges what it reads from a disk to the first who asks, and keeps it.
        self.assertExits(self.launcher.shell("cat /hook/large > /dev/null"))
        # It waits its turn, and is looked at then.
        self.serve()
        used = self.values("memory.current" if self.is_unified else "memory.usage_in_bytes")
        self.assertLess(max(map(int, used.values())), 2 * MEBIBYTE, used)
        self.assertEqual(len(before - self.cgroups()), 1)

    def test_processor_time_that_was_spent_is_not_owed(self):
        """A run that met its quota leaves the next one a whole one, and its weight."""
        def throttled():
            words = [text.split() for text in self.values("cpu.stat").values()]
            return sum(int(each[each.index("nr_throttled") + 1]) for each in words)

        code = "import time\nwhile time.process_time() < 0.2: pass"
        for _ in range(3):
            self.assertExits(self.launcher.python(code, cpu=500))
            before = throttled()
            for _ in range(6 * SPARES):
                self.assertExits(self.launcher.run(["/bin/true"], cpu=500))
            self.assertEqual(throttled(), before)
        self.assertGreater(before, 0)

    def test_weights_are_whole_again(self):
        null = os.open("/dev/null", os.O_RDWR)
        ends = [os.pipe() for _ in range(24)]
        ids = [self.launcher.start(["/bin/cat"], [end[0], null, null, null, null]) for end in ends]
        for end in ends:
            os.close(end[0])
            os.close(end[1])
        for id in ids:
            self.assertEqual(self.launcher.wait(id).ending, EXITED)
        os.close(null)
        self.serve(48)
        weights = self.values("cpu.weight" if self.is_unified else "cpu.shares")
        self.assertEqual(len({int(text) for text in weights.values()}), 1, weights)

    def test_cgroups_that_wait_are_bounded(self):
        null = os.open("/dev/null", os.O_RDWR)
        ends = [os.pipe() for _ in range(POOL_MAX + 16)]
        ids = [self.launcher.start(["/bin/cat"], [end[0], null, null, null, null], memory=16 * MEBIBYTE) for end in ends]
        for end in ends:
            os.close(end[0])
            os.close(end[1])
        for id in ids:
            self.assertEqual(self.launcher.wait(id).ending, EXITED)
        os.close(null)
        self.assertLessEqual(len(self.cgroups()), POOL_MAX + SPARES)

    def test_a_killed_launcher_leaves_its_pools_to_the_next(self):
        self.serve()
        before = self.cgroups()
        self.launcher.kill()
        self.launcher.socket.close()
        with Launcher(self.level, name=self.launcher.name, folder=self.launcher.folder) as launcher:
            self.assertTrue(wait_until(lambda: is_idle(launcher)))
            self.assertExits(launcher.run(["/bin/true"]))
            self.assertLessEqual(len({number for folder in cgroup_folders(launcher.name)
                                      for number in os.listdir(folder) if number in before}), SPARES + 1)
        self.assertEqual(cgroup_folders(self.launcher.name), [])


class UserLevelPools(PoolTests, unittest.TestCase):
    level = "user"
