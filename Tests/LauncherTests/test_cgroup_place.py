"""Holds the choice of a place in cgroup v2 against its rules, in real cgroups and with processes that are nobody's.

The launcher itself needs memory, pids and cpu in version 2, which many hosts still have in version 1: so the C file is
compiled alone and asked for a controller that is there.
"""

import ctypes
import glob
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources/CSandbox"
COMPILER = shutil.which("clang") or shutil.which("cc")


def unified_root():
    with open("/proc/self/mounts") as file:
        return next((line.split()[1] for line in file if line.split()[2] == "cgroup2"), None)


ROOT = unified_root()
CLONE_NEWNS, CLONE_NEWCGROUP = 0x20000, 0x2000000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 0x40000, 2


class Controllers(ctypes.Structure):
    _fields_ = [("names", ctypes.POINTER(ctypes.c_char_p)), ("count", ctypes.c_size_t), ("required", ctypes.c_size_t)]


def read(folder, file):
    with open(f"{folder}/{file}") as handle:
        return handle.read().split()


def write(folder, file, text):
    with open(f"{folder}/{file}", "w") as handle:
        handle.write(text)


@unittest.skipUnless(os.geteuid() == 0, "NOT TESTED: needs root")
@unittest.skipUnless(COMPILER, "NOT TESTED: needs a C compiler")
@unittest.skipUnless(ROOT and os.path.exists(f"{ROOT}/cgroup.controllers"), "NOT TESTED: needs cgroup v2")
@unittest.skipIf(ROOT and os.path.exists(f"{ROOT}/cgroup.type"), "NOT TESTED: needs the machine's own root")
class UnifiedPlace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        controllers = read(ROOT, "cgroup.controllers")
        if not controllers:
            raise unittest.SkipTest("NOT TESTED: cgroup v2 has no controller here")
        # One that nobody has given to children is taken back at the end.
        given = read(ROOT, "cgroup.subtree_control")
        cls.controller = (given + controllers)[0]
        cls.is_taken_back = cls.controller not in given
        cls.build = tempfile.mkdtemp(prefix="grapnel-place-")
        library = f"{cls.build}/place.so"
        subprocess.run(
            [COMPILER, "-std=gnu17", "-D_GNU_SOURCE", "-shared", "-fPIC", f"-I{SOURCES}/include", "-o", library,
             f"{SOURCES}/cgroup_place.c", f"{SOURCES}/cgroup.c"], check=True)
        cls.library = ctypes.CDLL(library)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.build)
        if cls.is_taken_back:
            write(ROOT, "cgroup.subtree_control", f"-{cls.controller}")

    def setUp(self):
        self.base = tempfile.mkdtemp(prefix="grapnel-place-", dir=ROOT)
        self.addCleanup(self.remove)
        write(ROOT, "cgroup.subtree_control", f"+{self.controller}")
        self.others = []

    def remove(self):
        for process in self.others:
            process.kill()
            process.wait()
        folders = sorted(glob.glob(f"{self.base}/**/", recursive=True), key=len, reverse=True)
        for folder in [*folders, self.base]:
            if os.path.isdir(folder):
                os.rmdir(folder)

    def folder(self, path):
        os.makedirs(f"{self.base}/{path}", exist_ok=True)
        place = self.base
        for part in path.split("/"):
            # Its own processes, if it had any, would forbid this: made from the top, before anybody is in.
            write(place, "cgroup.subtree_control", f"+{self.controller}")
            place += f"/{part}"
        return place

    def bystander(self, folder):
        process = subprocess.Popen(["sleep", "1000"])
        self.others.append(process)
        write(folder, "cgroup.procs", str(process.pid))
        return str(process.pid)

    def enter_container(self):
        """Its folder becomes the root of all that this process sees, as in a container with a cgroup namespace."""
        libc = ctypes.CDLL(None, use_errno=True)
        for result in (
            libc.unshare(CLONE_NEWCGROUP | CLONE_NEWNS), libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None),
            libc.umount2(ROOT.encode(), MNT_DETACH), libc.mount(b"cgroup2", ROOT.encode(), b"cgroup2", 0, None),
        ):
            if result != 0:
                raise OSError(ctypes.get_errno(), "no container")

    def place_from(self, folder, *required, in_container=False):
        """What a process in the folder is given: the path, which controllers, what is said; where it is afterwards."""
        required = required or (self.controller,)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                write(folder, "cgroup.procs", "0")
                if in_container:
                    self.enter_container()
                names = (ctypes.c_char_p * len(required))(*(name.encode() for name in required))
                wanted = Controllers(ctypes.cast(names, ctypes.POINTER(ctypes.c_char_p)), len(required), len(required))
                given, why = ctypes.create_string_buffer(256), ctypes.create_string_buffer(256)
                result = self.library.gs_unified_place(ctypes.byref(wanted), given, why, ctypes.c_size_t(256))
                with open("/proc/self/cgroup") as file:
                    own = next(line[3:].strip() for line in file if line.startswith("0::"))
                os.write(writer, json.dumps({
                    "place": os.readlink(f"/proc/self/fd/{result}") if result >= 0 else None, "error": result,
                    "given": given.value.decode().split(), "why": why.value.decode(), "own": own}).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with open(reader) as file:
            answer = file.read()
        os.waitpid(child, 0)
        return json.loads(answer)

    def leaf(self, folder):
        return folder.removeprefix(ROOT) + "/grapnel-host"

    def test_login_session_is_left_alone(self):
        session = self.folder("user/session")
        shell = self.bystander(session)
        for _ in range(2):
            answer = self.place_from(session)
            self.assertEqual((answer["place"], answer["given"]), (ROOT, [f"+{self.controller}"]), answer)
            self.assertEqual(answer["own"], session.removeprefix(ROOT), "it was moved")
            self.assertEqual(read(session, "cgroup.procs"), [shell])
            self.assertFalse(os.path.exists(f"{session}/grapnel-host"))

    def test_delegated_unit_is_arranged_once(self):
        unit = self.folder("system/unit")
        os.setxattr(unit, "user.delegate", b"1")
        other = self.bystander(unit)
        first = self.place_from(unit)
        self.assertEqual((first["place"], first["own"]), (unit, self.leaf(unit)), first)
        self.assertEqual(read(f"{unit}/grapnel-host", "cgroup.procs"), [other])
        self.assertEqual(read(unit, "cgroup.subtree_control"), [self.controller])
        # Started again by what has been moved: the same place, no deeper one.
        second = self.place_from(f"{unit}/grapnel-host")
        self.assertEqual((second["place"], second["own"]), (unit, self.leaf(unit)), second)
        self.assertEqual(os.listdir(f"{unit}/grapnel-host").count("grapnel-host"), 0)

    def test_cgroup_of_our_own_is_arranged(self):
        scope = self.folder("scope")
        answer = self.place_from(scope)
        self.assertEqual((answer["place"], answer["own"]), (scope, self.leaf(scope)), answer)

    def test_container_is_arranged(self):
        container = self.folder("container")
        other = self.bystander(container)
        answer = self.place_from(container, in_container=True)
        self.assertEqual((answer["place"], answer["own"]), (ROOT, "/grapnel-host"), answer)
        self.assertEqual(read(f"{container}/grapnel-host", "cgroup.procs"), [other])
        self.assertEqual(read(container, "cgroup.subtree_control"), [self.controller])

    def test_missing_controller_is_named(self):
        scope = self.folder("lacking")
        answer = self.place_from(scope, self.controller, "quantum")
        self.assertLess(answer["error"], 0)
        self.assertIn('"quantum"', answer["why"])
        self.assertEqual(answer["own"], scope.removeprefix(ROOT))


if __name__ == "__main__":
    unittest.main()
