"""A thousand runs with a fault at every step, and nothing is left: no process, mount, cgroup, descriptor, file or row.
`bench/soak` does the same with twenty thousand."""

import os
import subprocess
import unittest

import harness
import soak
from harness import ServerCase

#: What the server may grow by between two like parts of a run, whatever the allocator does.
ROOM = 24 << 20


@unittest.skipUnless(harness.IS_ROOT, "NOT TESTED: only root may lower the limits of others, mount, and read the store")
class Faults(ServerCase):
    hooks = soak.HOOKS

    @classmethod
    def setUpClass(cls):
        harness.require_binary()
        cls.tools = harness.Folder("grapnel-faults-")
        try:
            cls.faults = soak.Faults(cls.tools.path, harness.LAUNCHER)
        except FileNotFoundError as error:
            raise unittest.SkipTest(f"NOT TESTED: {error}") from None
        cls.options = {"environment": {"GRAPNEL_LAUNCHER": str(cls.faults.launcher)}}
        super().setUpClass()
        cls.soak = soak.Soak(cls.server, cls.faults)
        for hook in soak.HOOKS:
            cls.server.deployed(hook)

    @classmethod
    def tearDownClass(cls):
        try:
            cls.soak.close()
            super().tearDownClass()
        finally:
            cls.tools.remove()

    def test_nothing_leaks(self):  # 40
        soak_of, server = self.soak, self.server
        soak_of.run(50)
        soak_of.settle()
        before = harness.read_status(server.pid)["rss"]
        soak_of.hang_up()
        footprint = self.settle()
        for kind in soak.CALLS:
            with self.subTest(kind):
                answers = soak_of.with_call(kind, 20)
                # Who asked learned of it, or the launcher got around it by itself; nobody waits for ever.
                self.assertNotIn(None, answers)
        soak_of.with_few_descriptors(server.launcher, 40, 3)
        soak_of.with_few_descriptors(server.pid, 40, 6)
        soak_of.with_killed_inits(12)
        soak_of.run(100)
        soak_of.settle()
        self.assertLess(harness.read_status(server.pid)["rss"] - before, ROOM)
        soak_of.assert_clean(footprint)
        soak_of.remember()
        for fault in (soak_of.with_killed_launcher, soak_of.with_killed_server):
            fault(16)
            soak_of.settle()
            soak_of.remember()
        soak_of.run(50)
        soak_of.settle()
        self.assertEqual(soak_of.audit(), [])
        self.assertGreater(soak_of.books.calls, 800)


@unittest.skipUnless(harness.IS_ROOT, "NOT TESTED: only root may mount")
class FullDisk(Faults):
    """The data folder is on a file system that becomes full."""

    def test_nothing_leaks(self):
        soak_of, server = self.soak, self.server
        server.stop()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0755", "grapnel-test", str(server.data)], check=True)
        try:
            server.start()
            for hook in soak.HOOKS:
                server.deployed(hook)
            soak_of.run(20)
            answers = soak_of.with_full_disk(40)
            self.assertTrue([answer for answer in answers if answer.status in (500, 503)], answers)
            # Not even an error that the hook chose itself may stand for a run that is not on record.
            answers = soak_of.with_full_disk(10, "chooses")
            self.assertEqual([answer for answer in answers if answer.status < 500], [])
            soak_of.run(20)
            soak_of.settle()
            self.assertEqual(soak_of.audit(), [])
        finally:
            server.stop()
            subprocess.run(["umount", str(server.data)], check=True)
            server.start()


if __name__ == "__main__":
    unittest.main()
