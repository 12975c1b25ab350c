"""An import is all or nothing: whatever is wrong with the file, and whenever the server dies."""

import base64
import concurrent.futures
import http.client
import random
import time
import unittest

from harness import Server, ServerCase

HOOKS, VARIABLES = 6, 60


def export(mark, variables=VARIABLES):
    """Definitions that all say `mark`."""
    content = base64.b64encode(f"echo {mark}\n".encode()).decode()
    return {
        "format": "grapnel export", "format_version": 1, "secrets": [],
        "hooks": [
            {"name": f"hook-{number}", "enabled": True, "version": 1,
             "files": [{"path": "main.sh", "executable": False, "content": content}]}
            for number in range(HOOKS)
        ],
        "variables": [
            {"kind": "env", "name": f"V{number}", "value": mark, **({"hook": "hook-0"} if number % 2 else {})}
            for number in range(variables)
        ],
    }


def state(server):
    """What there is of imports: the marks of the variables and the hooks, and how many imports are on record."""
    marks = set()
    names = [each["name"] for each in server.get("/api/v1/hooks?limit=1000").json()["items"]]
    names = [name for name in names if name.startswith("hook-")]
    variables = server.get("/api/v1/env?limit=1000").json()["items"]
    if "hook-0" in names:
        variables += server.get("/api/v1/env?hook=hook-0&limit=1000").json()["items"]
    for file in server.get(f"/api/v1/export?hooks={','.join(names)}").json()["hooks"] if names else []:
        marks |= {base64.b64decode(each["content"]).decode().split()[1] for each in file["files"]}
    marks |= {each["value"] for each in variables}
    events = server.get("/api/v1/events?kind=instance.imported&limit=1000").json()["items"]
    return len(names), len(variables), marks, len(events)


class Refusals(ServerCase):
    def test_what_cannot_be_written_changes_nothing(self):
        server = self.server
        good = export("good")
        self.assertEqual(server.get("/api/v1/export").json()["format"], good["format"])
        self.assertEqual(server.post("/api/v1/import", {"export": good}).status, 200)
        before = state(server)
        self.assertEqual(before, (HOOKS, VARIABLES, {"good"}, 1))
        # Which of a level's variables there is no room for shows only when they are written.
        crowded = export("crowded", variables=600)
        self.assertEqual(server.post("/api/v1/import", {"export": crowded}).status, 413)
        secret = export("secret")
        server.request("PUT", "/api/v1/env/SEALED", {"value": "something sealed", "secret": True})
        secret["variables"].append({"kind": "env", "name": "SEALED", "value": "in the clear"})
        self.assertEqual(server.post("/api/v1/import", {"export": secret}).status, 409)
        self.assertEqual(server.request("DELETE", "/api/v1/env/SEALED").status, 204)
        self.assertEqual(state(server), before)


class Crashes(unittest.TestCase):
    def test_an_import_that_a_crash_meets_is_there_or_not(self):
        server = Server().start()
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        answered = 0
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            for number in range(4):
                def run():
                    done = 0
                    try:
                        while True:
                            answer = server.post("/api/v1/import", {"export": export(f"m{number}-{done}")})
                            if answer.status != 200:
                                raise AssertionError(answer)
                            done += 1
                    except (OSError, http.client.HTTPException):
                        return done

                going = pool.submit(run)
                time.sleep(random.uniform(0.05, 0.4))
                server.crash()
                answered += going.result()
                server.start()
                hooks, variables, marks, events = state(server)
                self.assertLessEqual(len(marks), 1, "half of an import is there")
                self.assertEqual((hooks, variables), (HOOKS, VARIABLES) if marks else (0, 0))
                # The last import may be there without its caller having heard of it.
                self.assertIn(events - answered, (0, 1))
                answered = events
        self.assertGreater(events, 0)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
