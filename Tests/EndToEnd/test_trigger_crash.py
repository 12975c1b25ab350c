"""A server that is killed again and again in a storm of events: afterwards each event has exactly its runs."""

import os
import random
import signal
import sqlite3
import threading
import unittest

from harness import Server, eventually

KILLS = int(os.environ.get("GRAPNEL_TRIGGER_KILLS", "12"))
#: A life ends at a random moment of this many seconds.
LONGEST_LIFE = 0.8
WRITERS = 4
FINAL = ("succeeded", "failed", "timed_out", "limited", "cancelled", "lost", "blocked")

HOOK = {
    "hook.yaml": """
        runtime: bash
        entry: main.sh
        triggers:
        - {name: all, event: storm.*}
        - {name: even, event: storm.rain, if: {data: {even: true}}}
        """,
    "main.sh": "echo hit\n",
}


class TriggerCrashTest(unittest.TestCase):
    def test_every_event_has_its_runs(self):
        seed = int(os.environ.get("GRAPNEL_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"GRAPNEL_SEED={seed}")
        moments = random.Random(seed)
        server = Server({"hit": HOOK})
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        server.start()
        server.deployed("hit")
        acknowledged, turn, life, stop = set(), threading.Condition(), 1, False

        def storm(writer):
            number, mine = 0, 1
            while not stop:
                number += 1
                data = {"writer": writer, "number": number, "even": number % 2 == 0}
                try:
                    answer = server.post("/api/v1/events", {"kind": "storm.rain", "data": data}, timeout=5)
                    if answer.status == 201:
                        acknowledged.add((writer, number))
                except Exception:
                    # It was killed: whether the event is there, the store says.
                    with turn:
                        turn.wait_for(lambda: stop or life > mine)
                        mine = life

        writers = [threading.Thread(target=storm, args=(each,), daemon=True) for each in range(WRITERS)]
        for writer in writers:
            writer.start()
        moment = threading.Event()
        for number in range(KILLS):
            # The moment is what is tested: there is nothing to wait for. Some come while it starts.
            moment.wait(moments.uniform(0.05, LONGEST_LIFE))
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            server.start(wait=number % 4 != 3)
            if number % 4 != 3:
                with turn:
                    life += 1
                    turn.notify_all()
        server.wait_until_ready()
        with turn:
            life += 1
            turn.notify_all()
        # Once more with all of them at it.
        moment.wait(LONGEST_LIFE)
        with turn:
            stop = True
            turn.notify_all()
        for writer in writers:
            writer.join()
        eventually(lambda: not self.rows(
            server, f"SELECT 1 FROM runs WHERE status NOT IN {FINAL} LIMIT 1"), seconds=300, what="the end of all runs")
        self.assertEqual(server.stop(), 0)
        events = self.rows(
            server, "SELECT sequence, json_extract(data, '$.writer'), json_extract(data, '$.number') FROM events "
            "WHERE kind = 'storm.rain'")
        found = {(writer, number) for _, writer, number in events}
        self.assertEqual(len(found), len(events), "no event is there twice")
        self.assertLessEqual(acknowledged, found, "no acknowledged event is lost")
        runs = self.rows(
            server, "SELECT json_extract(b.payload, '$.sequence'), json_extract(b.payload, '$.trigger.name') "
            "FROM runs r JOIN run_bodies b ON b.run = r.id")
        expected = sorted(
            (sequence, name) for sequence, _, number in events
            for name in (["all", "even"] if number % 2 == 0 else ["all"]))
        self.assertEqual(sorted(runs), expected)
        lost = len(self.rows(server, "SELECT 1 FROM runs WHERE status = 'lost'"))
        print(f"{KILLS} kills, {len(events)} events, {len(runs)} runs, {lost} of them in flight at a kill")

    def rows(self, server, sql):
        database = sqlite3.connect(f"file:{server.data}/grapnel.db?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()


if __name__ == "__main__":
    unittest.main()
