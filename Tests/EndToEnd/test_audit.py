"""Every change that the management API knows leaves an event that says who made it, written with the change itself."""

import base64
import json
import unittest

from harness import ServerCase, eventually

RETRIED = {
    "hook.yaml": "runtime: bash\nentry: main.sh\nretries: {max: 1, backoff: 10ms, jitter: 0}\n",
    "main.sh": "exit 1\n",
}
SLOW = {"hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {concurrency: 1}\n", "main.sh": "sleep 60\n"}


class EveryChange(ServerCase):
    hooks = {"hello.sh": "echo hello\n", "fails": RETRIED, "slow": SLOW}

    def setUp(self):
        self.paths = self.server.get("/api/v1/openapi.json").json()["paths"]
        self.used = 0

    def letter(self):
        """A dead letter that nobody has touched."""
        run = self.server.submit("fails")

        def find():
            items = self.server.get("/api/v1/dead-letters?limit=1000").json()["items"]
            return next((each["id"] for each in items if self.first(each["id"]) == run), None)

        return eventually(find, what="the dead letter")

    def first(self, run):
        return self.server.trace(run).get("retry_of", run)

    def waiting(self):
        """A run that waits for the end of another, and that other one."""
        running = self.server.submit("slow")
        self.server.running(running)
        return self.server.submit("slow"), running

    def fresh(self):
        self.used += 1
        return f"fresh-{self.used}"

    def deployed(self):
        name = self.fresh()
        for text in ("echo 1\n", "echo 2\n"):
            self.change("POST", "/api/v1/hooks/{name}/deployments", name, {"files": [self.file(text)]})
        return name

    def schedule(self, **more):
        answer = self.server.post("/api/v1/schedules", {"hook": "hello", "every": "2d", "name": self.fresh()} | more)
        return answer.json()["id"]

    def trigger(self, **more):
        answer = self.server.post("/api/v1/triggers", {"hook": "hello", "event": "a.b", "name": self.fresh()} | more)
        return answer.json()["id"]

    @staticmethod
    def file(text):
        return {"path": "main.sh", "content": base64.b64encode(text.encode()).decode()}

    def change(self, method, path, name=None, body=None):
        """Makes a change; it must succeed."""
        self.done.add((method, path))
        target = path
        if name is not None:
            head, _, rest = path.partition("{")
            target = head + name + rest.partition("}")[2]
        answer = self.server.request(method, target, body)
        self.assertIn(answer.status, range(200, 300), f"{method} {target}: {answer}")
        return answer.json() if answer.body else None

    def events(self):
        """The last sequence number of the instance's feed and of the host's, and how to read on from there."""
        marks = {}
        for scope in ("instance", "host"):
            items = self.server.get(f"/api/v1/events?scope={scope}&limit=1").json()["items"]
            marks[scope] = items[-1]["sequence"] if items else 0

        def news():
            found = []
            for scope, mark in marks.items():
                answer = self.server.get(f"/api/v1/events?scope={scope}&after={mark}&limit=1000").json()
                found += answer["items"]
            return found

        return news

    def cases(self):
        """What makes each change of the API happen: by method and path the path's name and the body. Whatever it needs
        is made first, so that the events of the change are told from those of its making."""
        server = self.server
        exported = server.get("/api/v1/export?hooks=hello").json()
        exported["variables"] = [{"kind": "env", "name": "BROUGHT", "value": "x"}]
        run = server.post("/api/v1/hooks/hello/runs", {}).json()["id"]
        yield "POST", "/api/v1/instances", None, {"name": self.fresh()}
        yield "POST", "/api/v1/hooks/{name}/deployments", self.fresh(), {"files": [self.file("echo 1\n")]}
        yield "PATCH", "/api/v1/hooks/{name}", self.deployed(), {"enabled": False}
        yield "PATCH", "/api/v1/hooks/{name}", self.deployed(), {"name": self.fresh()}
        yield "POST", "/api/v1/hooks/{name}/rollback", self.deployed(), {}
        yield "DELETE", "/api/v1/hooks/{name}", self.deployed(), None
        yield "POST", "/api/v1/import", None, {"export": exported}
        for run_id in self.waiting():
            yield "POST", "/api/v1/runs/{id}/cancel", run_id, {}
        yield "POST", "/api/v1/runs/{id}/replay", run, {}
        yield "POST", "/api/v1/runs/{id}/replay", run, {"async": True}
        yield "POST", "/api/v1/dead-letters/{id}/redrive", self.letter(), {}
        yield "DELETE", "/api/v1/dead-letters/{id}", self.letter(), None
        yield "PUT", "/api/v1/env/{name}", "KEY", {"value": "a secret value", "secret": True}
        yield "DELETE", "/api/v1/env/{name}", "KEY", None
        server.post("/api/v1/instances", {"name": "old"})
        yield "PATCH", "/api/v1/instances/{instance}", "old", {"name": "new"}
        yield "DELETE", "/api/v1/instances/{instance}", "new", None
        yield "POST", "/api/v1/schedules", None, {"hook": "hello", "every": "1d"}
        yield "PATCH", "/api/v1/schedules/{id}", self.schedule(), {"tolerance": "1m"}
        yield "PATCH", "/api/v1/schedules/{id}", self.schedule(), {"enabled": False}
        yield "PATCH", "/api/v1/schedules/{id}", self.schedule(enabled=False), {"enabled": True}
        yield "DELETE", "/api/v1/schedules/{id}", self.schedule(), None
        yield "POST", "/api/v1/triggers", None, {"hook": "hello", "event": "a.b"}
        yield "PATCH", "/api/v1/triggers/{id}", self.trigger(), {"event": "c.d"}
        yield "PATCH", "/api/v1/triggers/{id}", self.trigger(), {"enabled": False}
        yield "PATCH", "/api/v1/triggers/{id}", self.trigger(enabled=False), {"enabled": True}
        yield "DELETE", "/api/v1/triggers/{id}", self.trigger(), None
        key = server.post("/api/v1/keys", {"name": "k", "role": "viewer"}).json()["id"]
        yield "POST", "/api/v1/keys", None, {"name": "k", "role": "viewer", "instance": "main"}
        yield "DELETE", "/api/v1/keys/{id}", key, None

    def test_every_change_has_an_event(self):
        self.done = set()
        admin = self.server.get("/api/v1/keys").json()["items"][0]["id"]
        wanted = {
            (method.upper(), path): operation["x-grapnel-events"]
            for path, item in self.paths.items() for method, operation in item.items()
            if "x-grapnel-events" in operation
        }
        changing = {
            (method.upper(), path) for path, item in self.paths.items() for method in item
            if method != "get" and "{hook}" not in path and not path.endswith(("/runs", "/events"))
        }
        self.assertEqual(set(wanted), changing, "a change names its events")
        tried = set()
        for method, path, name, body in self.cases():
            with self.subTest(change=f"{method} {path}", body=body):
                tried.add((method, path))
                news = self.events()
                self.change(method, path, name, body)
                found = [each for each in news() if each["kind"] in wanted[method, path]]
                self.assertEqual(len(found), 1, f"{method} {path}: {news()}")
                self.assertEqual(found[0]["actor"], f"key:{admin}")
                self.assertNotIn("a secret value", json.dumps(found))
        self.assertEqual(tried, changing, "every change is tried here")

    def test_what_is_refused_leaves_no_event(self):
        self.done = set()
        ended = self.server.post("/api/v1/hooks/hello/runs", {}).json()["id"]
        news = self.events()
        for method, target, body in [
            ("POST", "/api/v1/instances", {"name": "main"}), ("POST", f"/api/v1/runs/{ended}/cancel", {}),
            ("POST", f"/api/v1/runs/{ended}/replay", {"version": 99}), ("DELETE", "/api/v1/env/NOTHING", None),
            ("POST", "/api/v1/hooks/hello/rollback", {"version": 99}),
        ]:
            self.assertIn(self.server.request(method, target, body).status, (404, 409), f"{method} {target}")
        self.assertEqual(news(), [])


if __name__ == "__main__":
    unittest.main()
