"""A client of the launcher's wire protocol (Sources/CSandbox/include/grapnel_sandbox.h), for tests and measurements."""

import array
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time

START, SIGNAL, STATUS = 1, 2, 4
READY, FATAL, EXIT, REFUSED, STATUS_TOLD = 101, 102, 103, 104, 105
BY_EXEC, BY_FORK, BY_SPARE = 0, 1, 2
EXITED, SIGNALLED, FAILED = 1, 2, 3
MEMORY, PROCESSES, DISK, FILES = 1, 2, 4, 8
MEBIBYTE = 1024 * 1024
STEPS = [
    "none", "request", "slot", "cgroup", "clone", "cgroup join", "bundle", "proc", "tmp", "unmount", "network",
    "descriptors", "fork", "limits", "user", "user namespace", "landlock", "seccomp", "directory", "exec", "init",
    "namespaces", "layer",
]
SPEC = struct.Struct("=IIIIqqqQIIIIII72s72s72s32s")
POOL = struct.Struct("=Q32sIIiIIIIIIIq8i")
BUNDLE = "0123456789abcdef" * 4


def binary():
    return os.environ.get("GRAPNEL_LAUNCHER", "")


class Exit:
    """What a gs_exit says."""

    def __init__(self, packet):
        (_, self.ending, self.id, self.code, step, self.error, self.breaches, self.cpu, self.peak,
         self.start, _) = struct.unpack("=IIQiIiIqqII", packet)
        self.step = STEPS[step]

    def __repr__(self):
        return f"Exit({self.__dict__})"


class Refused:
    def __init__(self, packet):
        _, self.error, self.id = struct.unpack("=IiQ", packet)


class Pool:
    """What a gs_warm_status says."""

    def __init__(self, packet):
        (self.serial, runtime, self.start, self.network, self.pid, ready, self.waiting, self.served, self.missed,
         self.losses, self.recycled, self.idle, self.memory, *inits) = POOL.unpack(packet)
        self.inits = inits[:self.waiting]
        self.runtime, self.is_ready = runtime.rstrip(b"\0").decode(), bool(ready)

    def __repr__(self):
        return f"Pool({self.__dict__})"


class Outcome:
    """The end of a run with what it wrote."""

    def __init__(self, exit, output, error, control):
        self.exit, self.output, self.error, self.control = exit, output, error, control


def spec(argv, env=None, directory="/hook", bundle=BUNDLE, network=0, memory=256 * MEBIBYTE, disk=16 * MEBIBYTE,
         files=1000, serial=1, cpu=4000, processes=64, open_files=1024, layer="",
         dependencies="", runtime="", **raw):
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"} if env is None else env
    strings = b"".join(os.fsencode(text) + b"\0" for text in argv)
    strings += b"".join(os.fsencode(f"{key}={value}") + b"\0" for key, value in env.items())
    strings += os.fsencode(directory) + b"\0"
    length = SPEC.size + len(strings)
    fields = dict(magic=0x47524E50, version=3, length=length, network=network, memory=memory, disk=disk, files=files,
                  serial=serial, cpu=cpu, processes=processes, open_files=open_files, arguments=len(argv),
                  environment=len(env), reserved=0, bundle=bundle.encode(),
                  layer=layer.encode(), dependencies=dependencies.encode(), runtime=runtime.encode())
    fields.update(raw)
    return SPEC.pack(*fields.values()) + strings


def memfd(content):
    descriptor = os.memfd_create("spec", os.MFD_CLOEXEC)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


class Launcher:
    """A running launcher with its folders. Level "user" is started without root: by another uid if need be."""

    def __init__(self, level, name=None, options=(), files=None, folder=None, expect_ready=True, surroundings=()):
        self.level = level
        self.owns_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="grapnel-launcher-test-")
        self.name = name or "grapnel-test-" + os.path.basename(self.folder).rsplit("-", 1)[-1]
        self.bundle = os.path.join(self.folder, "bundles", BUNDLE)
        if self.owns_folder:
            os.chmod(self.folder, 0o755)
            os.makedirs(self.bundle)
            os.makedirs(os.path.join(self.folder, "layers"))
            os.makedirs(os.path.join(self.folder, "runtimes", "python"))
            with open(os.path.join(self.folder, "runtimes", "python", "boot.py"), "w") as file:
                file.write("print('boot')\n")
        for file_name, text in (files or {}).items():
            with open(os.path.join(self.bundle, file_name), "w") as file:
                file.write(text)
            os.chmod(os.path.join(self.bundle, file_name), 0o555)
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        number = theirs.fileno()
        command = [binary(), "serve", "--socket-fd", str(number), "--level", level,
                   "--bundles", os.path.join(self.folder, "bundles"),
                   "--layers", os.path.join(self.folder, "layers"),
                   "--runtimes", os.path.join(self.folder, "runtimes"), "--cgroup-name", self.name, *options]
        if level == "user" and os.geteuid() == 0:
            command = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *command]
        # A command that is put before it, to execute it in other surroundings.
        command = [*surroundings, *command]
        self.process = subprocess.Popen(command, pass_fds=[number], stderr=subprocess.PIPE)
        theirs.close()
        self.next_id = 1
        self.exits, self.refusals = {}, []
        self.ready = self.fatal = None
        self.is_closed = False
        first = self.receive(20)
        kind = struct.unpack("=I", first[:4])[0] if first else 0
        if kind == READY:
            _, version, level_number, self.cgroup, self.uid_base, self.landlock, self.pid, _ = struct.unpack(
                "=IIIIIIiI", first)
            self.ready = True
        elif kind == FATAL:
            self.fatal = first[8:].split(b"\0")[0].decode()
        if expect_ready and not self.ready:
            self.close()
            raise RuntimeError(f"the launcher did not start: {self.fatal}")

    def receive(self, timeout):
        readable, _, _ = select.select([self.socket], [], [], timeout)
        return self.socket.recv(4096) if readable else None

    def send(self, packet, descriptors=()):
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        self.socket.sendmsg([packet], rights)

    def start(self, argv=None, descriptors=None, content=None, id=None, **options):
        """Starts a run on these descriptors (input, output, error, control, host[, payload]); returns its id."""
        id = self.next_id if id is None else id
        self.next_id = max(self.next_id, id) + 1
        content = spec(argv, **options) if content is None else content
        handle = memfd(content)
        try:
            self.send(struct.pack("=IIQ", START, len(content), id), [handle, *descriptors])
        finally:
            os.close(handle)
        return id

    def signal(self, id, number):
        self.send(struct.pack("=IiQ", SIGNAL, number, id))

    def read_event(self, timeout=30):
        packet = self.receive(timeout)
        if not packet:
            return False
        kind = struct.unpack("=I", packet[:4])[0]
        if kind == EXIT:
            event = Exit(packet)
            self.exits[event.id] = event
        elif kind == REFUSED:
            self.refusals.append(Refused(packet))
        elif kind == STATUS_TOLD:
            count = struct.unpack("=II", packet[:8])[1]
            self.pools = [Pool(packet[8 + index * POOL.size:][:POOL.size]) for index in range(count)]
        else:
            raise RuntimeError(f"unknown event {kind}")
        return True

    def wait(self, id, timeout=30):
        deadline = time.monotonic() + timeout
        while id not in self.exits:
            left = deadline - time.monotonic()
            if left <= 0 or not self.read_event(left):
                raise TimeoutError(f"run {id} did not end; launcher says {self.process.poll()}")
        return self.exits.pop(id)

    def status(self, timeout=10):
        """What is kept ready."""
        self.pools = None
        self.send(struct.pack("=I", STATUS))
        deadline = time.monotonic() + timeout
        while self.pools is None:
            if not self.read_event(max(0, deadline - time.monotonic())):
                raise TimeoutError("the launcher told no status")
        return self.pools

    def begin(self, argv, input=b"", payload=None, **options):
        """Starts a run with pipes; returns (id, output, error, control) to read from."""
        ends = [os.pipe() for _ in range(3)]
        mine, theirs = socket.socketpair()
        source = memfd(input)
        given = [source, ends[0][1], ends[1][1], ends[2][1], theirs.fileno()]
        extra = memfd(payload) if payload is not None else None
        if extra is not None:
            given.append(extra)
        id = self.start(argv, given, **options)
        for descriptor in [source, *(end[1] for end in ends)] + ([extra] if extra is not None else []):
            os.close(descriptor)
        theirs.close()
        mine.close()
        return id, ends[0][0], ends[1][0], ends[2][0]

    def run(self, argv, timeout=30, **options):
        id, *readers = self.begin(argv, **options)
        texts = {reader: b"" for reader in readers}
        waiting = set(readers)
        deadline = time.monotonic() + timeout
        while waiting and time.monotonic() < deadline:
            readable, _, _ = select.select([*waiting, self.socket], [], [], deadline - time.monotonic())
            if self.socket in readable:
                if not self.read_event(1):
                    break
                readable.remove(self.socket)
            for reader in readable:
                part = os.read(reader, 65536)
                texts[reader] += part
                if not part:
                    waiting.discard(reader)
        ended = self.wait(id, max(0.1, deadline - time.monotonic()))
        for reader in readers:
            os.close(reader)
        return Outcome(ended, *(texts[reader] for reader in readers))

    def python(self, code, **options):
        return self.run(["/usr/bin/python3", "-I", "-c", code], **options)

    def shell(self, code, **options):
        return self.run(["/bin/bash", "-c", code], **options)

    def close(self, timeout=20):
        if self.is_closed:
            return
        self.is_closed = True
        self.socket.close()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.diagnostics = self.process.stderr.read()
        self.process.stderr.close()
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """Kills only the launcher, as an accident would."""
        os.kill(self.pid if self.ready else self.process.pid, 9)
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_until(condition, timeout=15):
    """Asks again and again for something that the kernel does in its own time. Returns whether it came true."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return True
        select.select([], [], [], 0.02)
    return bool(condition())
