"""A server that is killed a hundred times while its schedules fire: afterwards each slot has exactly one run."""

import os
import random
import signal
import sqlite3
import time
import unittest

from harness import Server, eventually

KILLS = int(os.environ.get("GRAPNEL_SCHEDULE_KILLS", "100"))
#: A life ends at a random moment of this many seconds, its start-up included.
LONGEST_LIFE = 1.2
FINAL = ("succeeded", "failed", "timed_out", "limited", "cancelled", "lost", "blocked")

HOOK = {
    "hook.yaml": """
        runtime: bash
        entry: main.sh
        schedules:
        - {name: short, every: 1s, overlap: allow, missed: "all:1000", tolerance: 1h}
        - {name: late, every: 2s, overlap: allow, missed: "all:1000", tolerance: 1s}
        - {name: cron, cron: "*/3 * * * * *", zone: Europe/Berlin, overlap: allow, missed: "all:1000", tolerance: 1h}
        - {name: shifted, every: 1500ms, jitter: 1s, overlap: allow, missed: "all:1000", tolerance: 1h}
        """,
    "main.sh": "echo tick\n",
}
INTERVALS = {"short": 1_000_000, "late": 2_000_000, "cron": 3_000_000, "shifted": 1_500_000}


class ScheduleCrashTest(unittest.TestCase):
    def test_no_slot_is_lost_or_doubled(self):
        seed = int(os.environ.get("GRAPNEL_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"GRAPNEL_SEED={seed}")
        moments = random.Random(seed)
        server = Server({"tick": HOOK})
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        server.start()
        server.deployed("tick")
        for _ in range(KILLS):
            # The moment is what is tested: there is nothing to wait for.
            time.sleep(moments.uniform(0, LONGEST_LIFE))
            if server.process.poll() is not None:
                self.fail(f"the server ended by itself\n{server.log()}")
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            server.start(wait=False)
        server.wait_until_ready()
        # One slot more of each, so that what the last kill left is caught up with, and the end of all that was started.
        last = int(time.time() * 1_000_000)
        eventually(lambda: all(row[1] > last for row in self.schedules(server).values()), what="a slot of each schedule")
        status = server.get("/api/v1/hooks/tick?instance=main").status
        self.assertEqual(status, 200)
        self.assertEqual(server.cli("hooks", "disable", "tick").returncode, 0)
        eventually(lambda: not self.rows(
            server, f"SELECT id FROM runs WHERE status NOT IN {FINAL}"), what="the end of all runs")
        schedules = self.schedules(server)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(set(schedules), set(INTERVALS))
        lost = total = 0
        for name, (identifier, through, created) in schedules.items():
            interval = INTERVALS[name]
            expected = list(range((created // interval + 1) * interval, through + 1, interval))
            runs = self.rows(server, "SELECT slot, status, attempt FROM runs WHERE cause_schedule = ?", identifier)
            self.assertEqual(sorted(slot for slot, _, _ in runs), expected, name)
            self.assertLessEqual(max(attempt for _, _, attempt in runs), 1)
            self.assertLessEqual({status for _, status, _ in runs}, {"succeeded", "lost"}, name)
            lost += sum(status == "lost" for _, status, _ in runs)
            total += len(runs)
        print(f"{KILLS} kills, {total} slots, each with one run, {lost} of them in flight at a kill")

    def schedules(self, server):
        """The id, the last decided slot and the time of making of each schedule, by name."""
        rows = self.rows(server, "SELECT name, id, decided_through, created_at FROM schedules")
        return {name: rest for name, *rest in rows}

    def rows(self, server, sql, *values):
        database = sqlite3.connect(f"file:{server.data}/grapnel.db?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()


if __name__ == "__main__":
    unittest.main()
