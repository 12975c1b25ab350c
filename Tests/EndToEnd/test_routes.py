"""The real server against its own OpenAPI document: every route is there, every other method is not, every list pages."""

import json
import re
import unittest

from harness import ServerCase, write_hook

QUICK = {"hook.yaml": "runtime: bash\nentry: main.sh\nretries: {max: 0}\n", "main.sh": "echo out; echo log >&2; exit $1\n"}
FAILS = {"hook.yaml": "runtime: bash\nentry: main.sh\nretries: {max: 0}\n", "main.sh": "echo log >&2; exit 3\n"}


class Routes(ServerCase):
    hooks = {"one": QUICK, "two": QUICK, "fails": FAILS, "waits.sh": "sleep 60\n"}

    schedules = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.server.get("/api/v1/openapi.json").json()
        for hook in ("one", "two", "fails", "waits"):
            cls.server.deployed(hook)

    def operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    yield path, method, operation

    def dead_letter(self):
        return self.server.ended(self.server.submit("fails"))["id"]

    def key(self):
        return self.server.post("/api/v1/keys", {"name": "k", "role": "viewer"}).json()["id"]

    def made_hook(self):
        write_hook(self.server.folder.path, "made", QUICK)
        assert self.server.cli("deploy", str(self.server.folder.path / "made")).returncode == 0
        return "made"

    def example(self, path, method):
        """A path with what it is about, made for it where the method ends it, and a body."""
        server = self.server
        if path.startswith("/{instance}/{hook}"):
            return "/main/one" + ("/rest" if path.count("/") > 2 else ""), None
        things = {
            ("/api/v1/hooks/{name}", "delete"): lambda: (self.made_hook(), None),
            ("/api/v1/hooks/{name}", "patch"): lambda: ("one", {"enabled": True}),
            ("/api/v1/hooks/{name}/deployments", "post"): lambda: (
                "sent", {"files": [{"path": "sent.sh", "content": "ZWNobwo="}]}),
            ("/api/v1/hooks/{name}/rollback", "post"): lambda: ("one", {"version": 1}),
            ("/api/v1/runs/{id}", "get"): lambda: (server.call("one").run, None),
            ("/api/v1/runs/{id}/cancel", "post"): lambda: (server.submit("waits"), None),
            ("/api/v1/runs/{id}/replay", "post"): lambda: (server.call("one").run, {}),
            ("/api/v1/dead-letters/{id}", "delete"): lambda: (self.dead_letter(), None),
            ("/api/v1/dead-letters/{id}/redrive", "post"): lambda: (self.dead_letter(), None),
            ("/api/v1/schedules", "post"): lambda: (None, {"hook": "one", "every": "1d"}),
            ("/api/v1/schedules/{id}", "get"): lambda: (self.schedule(), None),
            ("/api/v1/schedules/{id}", "patch"): lambda: (self.schedule(), {"tolerance": "1m"}),
            ("/api/v1/schedules/{id}", "delete"): lambda: (self.schedule(), None),
            ("/api/v1/schedules/{id}/next", "get"): lambda: (self.schedule(), None),
            ("/api/v1/schedules/{id}/runs", "post"): lambda: (self.schedule(), None),
            ("/api/v1/triggers", "post"): lambda: (None, {"hook": "one", "event": "routed.happened"}),
            ("/api/v1/triggers/{id}", "get"): lambda: (self.trigger(), None),
            ("/api/v1/triggers/{id}", "patch"): lambda: (self.trigger(), {"description": "routed"}),
            ("/api/v1/triggers/{id}", "delete"): lambda: (self.trigger(), None),
            ("/api/v1/events", "post"): lambda: (None, {"kind": "routed.unheard", "data": {"a": 1}}),
            ("/api/v1/env/{name}", "put"): lambda: ("V", {"value": "v"}),
            ("/api/v1/env/{name}", "delete"): lambda: (self.variable(), None),
            ("/api/v1/keys/{id}", "delete"): lambda: (self.key(), None),
            ("/api/v1/keys", "post"): lambda: (None, {"name": "k", "role": "viewer"}),
            ("/api/v1/instances", "post"): lambda: (None, {"name": "routed"}),
            ("/api/v1/import", "post"): lambda: (
                None, {"export": server.get("/api/v1/export").json(), "dry_run": True}),
        }
        thing, body = things.get((path, method), lambda: ("one", {} if method in ("post", "patch") else None))()
        return re.sub(r"\{\w+\}", str(thing), path), body

    def schedule(self):
        """A schedule with a handful of slots, far away."""
        type(self).schedules += 1
        return self.server.post("/api/v1/schedules", {
            "hook": "one", "name": f"routed-{self.schedules}", "every": "1h", "start": "2099-01-01T00:00:00Z",
            "end": "2099-01-01T07:00:00Z"}).json()["id"]

    def trigger(self):
        type(self).schedules += 1
        return self.server.post("/api/v1/triggers", {
            "hook": "one", "name": f"routed-{self.schedules}", "event": "routed.*"}).json()["id"]

    def variable(self):
        assert self.server.request("PUT", "/api/v1/env/GOES", {"value": "v"}).status == 200
        return "GOES"

    def status(self, method, target, body):
        """The status alone: a live tail has no end."""
        connection = self.server.connect()
        try:
            connection.request(
                method.upper(), target, body=None if body is None else json.dumps(body),
                headers=self.server.headers({"Content-Type": "application/json"} if body is not None else {}))
            return connection.getresponse().status
        finally:
            connection.close()

    def test_every_route_answers_as_it_is_described(self):
        count = 0
        for path, method, operation in self.operations():
            # What ends an instance, or renames it, has tests of its own.
            if path.startswith("/api/v1/instances/"):
                continue
            with self.subTest(route=f"{method} {path}"):
                target, body = self.example(path, method)
                status = self.status(method, target, body)
                known = operation["responses"]
                self.assertTrue(str(status) in known or "default" in known, f"{status} is not described")
                self.assertLess(status, 400, target)
                count += 1
        self.assertGreaterEqual(count, 49)

    def test_every_other_method_is_405_and_says_which_are_there(self):
        described = {}
        for path, method, _ in self.operations():
            described.setdefault(path, set()).add(method.upper())
        for path, methods in described.items():
            if path.startswith("/{instance}"):
                continue
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - methods:
                with self.subTest(route=f"{method} {path}"):
                    answer = self.server.request(method, re.sub(r"\{\w+\}", "one", path))
                    self.assertEqual((answer.status, answer.problem["code"]), (405, "method_not_allowed"))
                    self.assertEqual(set(answer.headers["Allow"].split(", ")), methods)
            if "GET" in methods and not path.endswith("/stream") and "{id}" not in path:
                head = self.server.request("HEAD", re.sub(r"\{\w+\}", "one", path))
                self.assertEqual((head.status, head.body), (200, b""), path)

    def test_without_a_key_only_the_open_ones_answer(self):
        for path, method, operation in self.operations():
            if path.startswith("/{instance}"):
                continue
            with self.subTest(route=f"{method} {path}"):
                answer = self.server.request(method.upper(), re.sub(r"\{\w+\}", "one", path), key=None)
                self.assertEqual(answer.status, 200 if operation.get("security") == [] else 401, answer)

    # Lists

    def fill(self):
        """Three things and more for every list."""
        server = self.server
        for number in range(4):
            server.request("PUT", f"/api/v1/env/LIST{number}", {"value": "v"})
            server.post("/api/v1/instances", {"name": f"list{number}"})
            server.post("/api/v1/keys", {"name": f"list{number}", "role": "viewer"})
            server.post("/api/v1/hooks/many/deployments", {
                "files": [{"path": "many.sh", "content": ["ZWNobyAxCg==", "ZWNobyAyCg=="][number % 2]}]})
            for hook in ("one", "two", "innocent", "many"):
                server.call(hook)
            self.dead_letter()
            scheduled = self.schedule()
            self.trigger()
        # The history of runs is written at a stop.
        server.stop()
        server.start()
        return scheduled

    def pages(self, target, cursor, begin):
        items, after = [], begin
        for _ in range(10_000):
            answer = self.server.get(f"{target}?limit=2{after}")
            self.assertEqual(answer.status, 200, answer)
            page = answer.json()
            self.assertLessEqual(len(page["items"]), 2)
            items += page["items"]
            if "next_cursor" not in page:
                return items
            self.assertEqual(len(page["items"]), 2, "a page that is not the last one is full")
            after = f"&{cursor}={page['next_cursor']}"
        self.fail("the pages have no end")

    def test_every_list_pages(self):
        scheduled = self.fill()
        lists = []
        for path, method, operation in self.operations():
            schema = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
            properties = schema.get("properties", {})
            if method == "get" and "items" in properties:
                self.assertIn("next_cursor", properties, path)
                parameters = operation.get("parameters", [])
                lists.append((path, {each["name"] for each in parameters if each["in"] == "query"}))
        # What is kept ready is a handful, and always shown whole.
        self.assertIn(("/api/v1/pools", set()), lists)
        lists.remove(("/api/v1/pools", set()))
        self.assertEqual(len(lists), 13, lists)
        for path, names in lists:
            target = path.replace("{name}", "many").replace("{id}", scheduled)
            cursor = "cursor" if "cursor" in names else "after"
            # Without a place to begin at, a feed shows its newest.
            begin = "&after=0" if cursor == "after" else ""
            with self.subTest(list=target):
                self.assertIn("limit", names)
                whole = self.server.get(f"{target}?limit=1000{begin}").json()
                self.assertNotIn("next_cursor", whole)
                self.assertGreater(len(whole["items"]), 2, "there is not enough in the list to page it")
                self.assertEqual(self.pages(target, cursor, begin), whole["items"])
                for wrong in ("limit=0", "limit=1001", "limit=x", f"{cursor}=%00", "limit=1&limit=2", "lmit=1"):
                    answer = self.server.get(f"{target}?{wrong}")
                    self.assertEqual(answer.status, 400, (wrong, answer))


if __name__ == "__main__":
    unittest.main()
