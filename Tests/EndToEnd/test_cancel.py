"""Cancelling at every moment of a run's life, its beginning above all: what was cancelled is over."""

import threading
import time
import unittest

from harness import ServerCase


class Cancelling(ServerCase):
    hooks = {
        "waits": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {timeout: 120s, queue: 200}\n",
            "main.sh": "echo begun >&2; sleep 100\n",
        },
    }

    def cancel(self, run):
        return self.server.post(f"/api/v1/runs/{run}/cancel")

    def test_a_run_that_is_just_beginning(self):
        """Between being queued and going on there is no moment in which a run cannot be cancelled."""
        for number in range(24):
            run = self.server.submit("waits")
            # Another place in the beginning each time.
            time.sleep(number % 10 / 1000)
            answer = self.cancel(run)
            self.assertEqual(answer.status, 200, answer)
            trace = answer.json()
            self.assertEqual((trace["status"], trace["failure"]["reason"]), ("cancelled", "cancelled"), trace)
            again = self.cancel(run)
            self.assertEqual((again.status, again.problem["message"]), (409, "the run has ended already: cancelled"))

    def test_a_run_with_a_key_that_is_just_beginning(self):
        for number in range(6):
            headers = {"Idempotency-Key": f"k{number}"}
            answers = []
            thread = threading.Thread(
                target=lambda: answers.append(self.server.post("/main/waits", b"", headers=headers)))
            thread.start()
            while not (runs := self.server.runs(hook="waits", limit=1)) or runs[0]["status"] == "cancelled":
                pass
            answer = self.cancel(runs[0]["id"])
            thread.join()
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual((answers[0].status, answers[0].run), (409, runs[0]["id"]))
            self.assertNotIn("Idempotency-Replayed", answers[0].headers)

    def test_many_at_once(self):
        runs = [self.server.submit("waits") for _ in range(48)]
        answers = []
        threads = [threading.Thread(target=lambda run=run: answers.append(self.cancel(run))) for run in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([each.status for each in answers], [200] * 48)
        self.assertEqual({each.json()["status"] for each in answers}, {"cancelled"})


if __name__ == "__main__":
    unittest.main()
