"""Attempts that follow failures, the hook that is told of the last one, and dead letters, through kill -9 of the server."""

import json
import unittest

from harness import ServerCase, eventually

FAST = "retries: {max: 2, backoff: 20ms, jitter: 0}\n"
FAILING = {"main.py": "import sys\nprint('attempt failed', file=sys.stderr)\nsys.exit(3)\n"}


def failing(more):
    return FAILING | {"hook.yaml": f"runtime: python\nentry: main.py\n{more}"}


class Attempts(ServerCase):
    hooks = {
        "work": failing(FAST + "on_failure: mourn\n"),
        "alone": failing("on_failure: nobody\n"),
        "mourn.py": "def handler(payload):\n    return payload\n",
        "slow": {
            "hook.yaml": "runtime: python\nentry: main.py\nretries: {max: 1, backoff: 1ms}\nlimits: {timeout: 300ms}\n",
            "main.py": "import time\ntime.sleep(60)\n",
        },
    }

    def letters(self, hook):
        return self.server.get(f"/api/v1/dead-letters?hook={hook}").json()["items"]

    def chain(self, hook, count, **options):
        """The traces of a run's attempts, once the last one is a dead letter."""
        answer = self.server.post(f"/main/{hook}?_async=1", {"n": 1}, **options)
        self.assertEqual(answer.status, 202, answer)
        first = answer.run
        letter = eventually(lambda: [each for each in self.letters(hook) if each["first_run"] == first])[0]
        attempts = self.server.trace(letter["id"])["attempts"]
        self.assertEqual([each["attempt"] for each in attempts], list(range(1, count + 1)))
        self.assertEqual(attempts[0]["id"], first)
        return [self.server.trace(each["id"]) for each in attempts], letter

    def test_attempts_report_and_letter(self):
        runs, letter = self.chain("work", 3)
        self.assertEqual([run["status"] for run in runs], ["failed"] * 3)
        self.assertEqual([run["attempt"] for run in runs], [1, 2, 3])
        self.assertEqual([run.get("retry_of") for run in runs], [None, runs[0]["id"], runs[0]["id"]])
        for run in runs:
            self.assertEqual(run["bodies"]["payload"], {"n": 1})
            self.assertEqual(json.loads(run["bodies"]["input"]["text"]), {"n": 1})
            self.assertEqual(run["cause"]["kind"], "http")
            self.assertGreaterEqual(run["started_at"], run.get("not_before", ""))
        self.assertEqual((letter["attempts"], letter["status"]), (3, "failed"))
        reports = [
            run for run in self.server.get("/api/v1/runs?hook=mourn").json()["items"]
            if run["cause"].get("parent") == runs[2]["id"]]
        self.assertEqual(len(reports), 1)
        report = self.server.ended(reports[0]["id"])["bodies"]["result"]
        self.assertEqual((report["run"], report["first_run"]), (runs[2]["id"], runs[0]["id"]))
        self.assertEqual((report["hook"], report["attempt"], report["payload"]), ("work", 3, {"n": 1}))
        self.assertEqual(report["failure"]["reason"], "exit")
        shown = self.server.cli("traces", "show", runs[1]["id"]).stdout
        for number, run in enumerate(runs, 1):
            self.assertIn(f"{number}  {run['id']}  failed", shown)

    def test_time_out_is_tried_again(self):
        runs, _ = self.chain("slow", 2)
        self.assertEqual([run["status"] for run in runs], ["timed_out"] * 2)

    def test_caller_who_waits_gets_the_failure(self):
        answer = self.server.post("/main/work", {"n": 2})
        self.assertEqual(answer.status, 502)
        letter = eventually(lambda: [each for each in self.letters("work") if each["id"] == answer.run])[0]
        self.assertEqual((letter["attempts"], letter["async"]), (1, False))
        self.assertNotIn("attempts", self.server.trace(answer.run))

    def test_report_to_nobody(self):
        answer = self.server.post("/main/alone?_async=1", {})
        self.server.ended(answer.run)
        logs = self.server.get(f"/api/v1/logs?run={answer.run}").json()["items"]
        self.assertEqual([each["level"] for each in logs if each["stream"] == "host"], ["error"], logs)
        eventually(lambda: [each for each in self.letters("alone") if each["id"] == answer.run])

    def test_letters_by_command(self):
        _, letter = self.chain("work", 3)
        listed = self.server.cli("dead-letters", "ls", "--hook", "work")
        self.assertIn(letter["id"], listed.stdout)
        redriven = self.server.cli("dead-letters", "redrive", letter["id"])
        self.assertEqual(redriven.returncode, 0, redriven)
        again = self.server.cli("dead-letters", "redrive", letter["id"])
        self.assertEqual(again.returncode, 1, again)
        self.assertIn(redriven.stdout.strip(), again.stderr)
        trace = self.server.trace(redriven.stdout.strip())
        self.assertEqual((trace["cause"]["kind"], trace["cause"]["parent"]), ("manual", letter["id"]))
        new = eventually(
            lambda: [each for each in self.letters("work") if each["first_run"] == redriven.stdout.strip()])[0]
        removed = self.server.cli("dead-letters", "rm", new["id"])
        self.assertEqual(removed.returncode, 0, removed)
        self.assertEqual(self.server.cli("dead-letters", "redrive", new["id"]).returncode, 5)


class Survival(ServerCase):
    hooks = {
        "later": failing("retries: {max: 1, backoff: 3s, jitter: 0}\n"),
        "long": {
            "hook.yaml": "runtime: executable\nentry: main\nretries: {max: 5, backoff: 1h}\nlimits: {timeout: 600s}\n",
            "main": "#!/bin/sh\nexec sleep 600\n",
        },
        "burst": failing("retries: {max: 3, backoff: 5ms, factor: 1, jitter: 1}\n"),
    }

    def restart(self):
        self.server.crash()
        self.server.start()

    def test_a_retry_that_waits_survives(self):
        first = self.server.post("/main/later?_async=1", {"n": 1}).run
        self.server.ended(first)
        attempts = eventually(lambda: self.server.trace(first).get("attempts"))
        self.restart()
        self.assertEqual(self.server.ended(attempts[1]["id"])["attempt"], 2)
        self.assertEqual(len(self.server.trace(first)["attempts"]), 2)

    def test_a_lost_run_is_tried_again(self):
        first = self.server.post("/main/long?_async=1", {"n": 1}).run
        eventually(lambda: self.server.trace(first)["status"] == "running")
        self.restart()
        trace = self.server.trace(first)
        self.assertEqual(trace["status"], "lost")
        self.assertEqual([each["status"] for each in trace["attempts"]], ["lost", "queued"])
        self.restart()
        self.assertEqual(len(self.server.trace(first)["attempts"]), 2)
        self.assertEqual(self.server.post(f"/api/v1/runs/{trace['attempts'][1]['id']}/cancel").status, 200)

    def test_books_balance(self):
        """Each run that was accepted has exactly its four attempts in the end, whenever the server was killed."""
        accepted = []
        for _ in range(3):
            for _ in range(12):
                accepted.append(self.server.post("/main/burst?_async=1", {"n": len(accepted)}).run)
            self.restart()

        def is_done():
            items, cursor = [], ""
            while True:
                page = self.server.get(f"/api/v1/dead-letters?hook=burst&limit=1000{cursor}").json()
                items += page["items"]
                if "next_cursor" not in page:
                    break
                cursor = f"&cursor={page['next_cursor']}"
            return len(items) >= len(accepted) and items

        letters = eventually(is_done)
        self.assertEqual(sorted(each["first_run"] for each in letters), sorted(accepted))
        for letter in letters:
            attempts = self.server.trace(letter["id"])["attempts"]
            self.assertEqual([each["attempt"] for each in attempts], [1, 2, 3, 4])
            self.assertEqual(letter["attempts"], 4)


if __name__ == "__main__":
    unittest.main()
