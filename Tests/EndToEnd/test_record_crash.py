"""A server that is killed again and again in a storm of writes: afterwards each change that is stored has exactly its
runs, and nothing is stored that a trigger had not approved."""

import json
import os
import random
import signal
import sqlite3
import threading
import unittest

from harness import Server, eventually

KILLS = int(os.environ.get("GRAPNEL_RECORD_KILLS", "8"))
#: A life ends at a random moment of this many seconds after the server was ready.
LONGEST_LIFE = 0.6
WRITERS = 4
RECORDS = 3
#: How many requests a writer sends in one life, so that the runs do not take for ever.
REQUESTS_OF_LIFE = 25

HOOK = {
    "hook.yaml": """
        runtime: bash
        entry: main.sh
        triggers:
        - {name: all, class: storm}
        - {name: even, class: storm, on: [update], if: {new: {even: true}}}
        """,
    "main.sh": "exit 0\n",
}
GUARD = {
    "hook.yaml": """
        runtime: python
        entry: main.py
        triggers:
        - {name: stamp, class: guarded, on: [create, update], when: before, budget: 10s}
        """,
    "main.py": """
        def handler(payload):
            return {"patch": {"approved": payload["record"]["number"]}}
        """,
}


class RecordCrashTest(unittest.TestCase):
    def test_every_change_has_its_runs(self):
        seed = int(os.environ.get("GRAPNEL_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"GRAPNEL_SEED={seed}")
        moments = random.Random(seed)
        server = Server({"hit": HOOK, "guard": GUARD}, config="data: {history: true}\n")
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        server.start()
        for hook in ("hit", "guard"):
            server.deployed(hook)
        for name in ("storm", "guarded"):
            self.assertEqual(server.request("PUT", f"/v1/buckets/main/collections/{name}", {}).status, 201)
        acknowledged, stop = set(), False
        life, turn = 1, threading.Condition()

        def next_life(known):
            """Waits until the server lives again; false at the end."""
            with turn:
                turn.wait_for(lambda: stop or life > known)
                return None if stop else life

        def storm(writer, dice):
            number, mine = 0, 1
            connection = server.connect()
            while mine is not None:
                try:
                    for _ in range(REQUESTS_OF_LIFE):
                        number += 1
                        self.send(server, connection, writer, number, dice, acknowledged)
                except Exception:
                    # It was killed: whether the change is there, the store says.
                    pass
                connection.close()
                mine = next_life(mine)
                connection = server.connect()
            connection.close()

        writers = [
            threading.Thread(target=storm, args=(each, random.Random(seed + each)), daemon=True)
            for each in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        wait = threading.Event()
        for _ in range(KILLS):
            # The moment is what is tested: there is nothing to wait for.
            wait.wait(moments.uniform(0.02, LONGEST_LIFE))
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            server.start()
            with turn:
                life += 1
                turn.notify_all()
        with turn:
            stop = True
            turn.notify_all()
        for writer in writers:
            writer.join()
        eventually(
            lambda: not self.rows(
                server, "SELECT 1 FROM runs WHERE status IN ('queued', 'starting', 'running') LIMIT 1"),
            seconds=300, what="the end of all runs")
        self.assertEqual(server.stop(), 0)
        self.audit(server, acknowledged)

    def send(self, server, connection, writer, number, dice, acknowledged):
        """One change, or two in a batch."""
        guarded = writer == 0
        path = f"/v1/buckets/main/collections/{'guarded' if guarded else 'storm'}/records/w{writer}-"
        parts = []
        for each in range(2 if dice.random() < 0.3 else 1):
            name = dice.randrange(RECORDS)
            method = dice.choice(["PUT", "PUT", "PATCH", "DELETE"])
            data = {"writer": writer, "number": number * 10 + each, "even": number % 2 == 0}
            parts.append({"method": method, "path": f"{path}{name}"}
                         | ({} if method == "DELETE" else {"body": {"data": data}}))
        if len(parts) == 1:
            part = parts[0]
            answer = server.request(part["method"], part["path"], part.get("body"), connection=connection, timeout=10)
            statuses = [answer.status]
        else:
            answer = server.request("POST", "/v1/batch", {"requests": parts}, connection=connection, timeout=10)
            if answer.status != 200:
                return
            statuses = [each["status"] for each in answer.json()["responses"]]
        for part, status in zip(parts, statuses):
            assert status in (200, 201, 404, 503), (part, answer)
            if status in (200, 201) and "body" in part:
                acknowledged.add(part["body"]["data"]["number"] * WRITERS + writer)

    def audit(self, server, acknowledged):
        history = self.rows(
            server, "SELECT class, name, action, data FROM object_history WHERE class IS NOT NULL ORDER BY modified")
        changes, state = {}, {}
        for recordClass, name, action, text in history:
            data = json.loads(text)
            # What was deleted leaves no data behind; its run is told what it was last.
            told = state.get((recordClass, name), {}) if action == "delete" else data
            self.assertEqual(action == "create", (recordClass, name) not in state, "history itself makes sense")
            changes.setdefault((recordClass, name), []).append(
                (action, told.get("number"), told.get("last_modified"), told.get("even")))
            if action == "delete":
                del state[recordClass, name]
            else:
                state[recordClass, name] = data
            if recordClass == "guarded" and action != "delete":
                self.assertEqual(data.get("approved"), data["number"], "nothing is stored that was not approved")
        stored = {
            (recordClass, name): json.loads(data) for recordClass, name, data in self.rows(
                server, "SELECT c.name, o.name, o.data FROM objects o JOIN objects c ON c.row = o.parent "
                "WHERE c.kind = 3 AND o.is_deleted = 0 AND c.name IN ('storm', 'guarded')")
        }
        self.assertEqual(stored, state, "the records are what their history says")
        written = {number * WRITERS + int(name[1]) for (_, name), entries in changes.items()
                   for action, number, _, _ in entries if action != "delete"}
        self.assertLessEqual(acknowledged, written, "no acknowledged change is lost")
        runs = {}
        for payload, place in self.rows(
                server, "SELECT b.payload, r.order_place FROM runs r JOIN run_bodies b ON b.run = r.id "
                "WHERE r.hook = (SELECT id FROM hooks WHERE name = 'hit') AND r.retry_of IS NULL "
                "ORDER BY r.order_place"):
            told = json.loads(payload)
            record = told["record"]
            runs.setdefault((told["trigger"]["name"], record["id"]), []).append(
                (told["signal"], record.get("number"), record.get("last_modified"), record.get("even")))
        for (recordClass, name), entries in changes.items():
            if recordClass == "guarded":
                continue
            self.assertEqual(runs.pop(("all", name)), entries, "one run for each change, in its order")
            even = [entry for entry in entries if entry[0] == "update" and entry[3]]
            self.assertEqual(runs.pop(("even", name), []), even)
        self.assertEqual(runs, {}, "no run is of a change that is not there")
        lost = len(self.rows(server, "SELECT 1 FROM runs WHERE status = 'lost'"))
        count = sum(map(len, changes.values()))
        self.assertGreater(count, KILLS, "there was a storm")
        print(f"{KILLS} kills, {count} changes, {lost} runs in flight at a kill")

    def rows(self, server, sql):
        database = sqlite3.connect(f"file:{server.data}/grapnel.db?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()


if __name__ == "__main__":
    unittest.main()
