"""The changes of a class as server-sent events, and `grapnel records watch`."""

import base64
import json
import unittest

import harness
from harness import ServerCase

PATIENCE = 30


class Stream:
    """One feed, read event by event."""

    def __init__(self, server, path, headers=None):
        self.connection = server.connect(PATIENCE)
        self.connection.request("GET", path, headers={"Accept": "text/event-stream"} | dict(headers or {}))
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def events(self, count):
        found, lines = [], {}
        while len(found) < count:
            line = self.response.readline()
            if not line:
                break
            text = line.decode().rstrip("\n")
            if not text:
                if "data" in lines:
                    found.append((int(lines["id"]), json.loads(lines["data"])))
                lines = {}
            elif not text.startswith(":"):
                name, value = text.split(": ", 1)
                lines[name] = value
        return found

    def body(self):
        return self.response.read()

    def close(self):
        self.connection.close()


class RecordFeed(ServerCase):
    def setUp(self):
        super().setUp()
        self.name = self.id().rsplit(".", 1)[-1].removeprefix("test_")[:40].replace("_", "-")
        self.collection = f"/v1/buckets/main/collections/{self.name}"
        self.assertEqual(self.server.request("PUT", self.collection, {}).status, 201)

    def put(self, id, **data):
        answer = self.server.request("PUT", f"{self.collection}/records/{id}", {"data": data})
        self.assertIn(answer.status, (200, 201), answer)
        return answer.json()["data"]["last_modified"]

    def delete(self, id):
        return self.server.request("DELETE", f"{self.collection}/records/{id}").json()["data"]["last_modified"]

    def follow(self, query="", headers=None, key=""):
        stream = Stream(self.server, f"{self.collection}/events{query}", self.server.headers(headers, key))
        self.addCleanup(stream.close)
        return stream

    def test_every_change_comes_once_and_in_order(self):
        stream = self.follow()
        self.assertEqual(stream.status, 200)
        self.assertEqual(stream.response.headers["Content-Type"], "text/event-stream")
        # The comment at the beginning says that the feed has begun.
        self.assertTrue(stream.response.readline().startswith(b":"))
        moments = [self.put("a", n=1)]
        self.assertEqual([each[1]["n"] for each in stream.events(1)], [1])
        moments.append(self.put("a", n=2))
        first = stream.events(1)
        moments.append(self.delete("a"))
        second = stream.events(1)
        self.assertEqual([(first[0][0], first[0][1]["n"])], [(moments[1], 2)])
        self.assertEqual(second, [(moments[2], {"id": "a", "last_modified": moments[2], "deleted": True})])
        many = [self.put(f"r{number}", n=number) for number in range(120)]
        self.assertEqual([moment for moment, _ in stream.events(120)], many)

    def test_a_feed_goes_on_where_it_ended(self):
        first = self.put("a", n=1)
        second = self.put("b", n=2)
        third = self.delete("a")
        for stream in (
            self.follow(f"?_since={first}"), self.follow("?_since=0", {"Last-Event-ID": str(first)}),
            self.follow(f"?_since=%22{first}%22"),
        ):
            self.assertEqual([moment for moment, _ in stream.events(2)], [second, third])
        self.assertEqual([moment for moment, _ in self.follow("?_since=0").events(2)], [second, third])

    def test_it_goes_on_after_a_restart(self):
        before = self.put("a", n=1)
        stream = self.follow(f"?_since={before}")
        stream.response.readline()
        self.server.stop()
        self.server.start()
        stream.body()
        after = [self.put("b", n=2), self.delete("a")]
        again = self.follow(headers={"Last-Event-ID": str(before)})
        self.assertEqual([moment for moment, _ in again.events(2)], after)

    def test_who_may_not_list_gets_nothing(self):
        self.assertEqual(self.follow(key=None).status, 401)
        self.server.request("PUT", "/v1/accounts/feeder", {"data": {"password": "a long one"}})
        headers = {"Authorization": "Basic " + base64.b64encode(b"feeder:a long one").decode()}
        self.assertEqual(self.follow(headers=headers, key=None).status, 403)
        self.server.request("PATCH", self.collection, {"permissions": {"read": ["account:feeder"]}})
        stream = self.follow(headers=headers, key=None)
        self.assertEqual(stream.status, 200)
        self.put("a", n=1)
        self.assertEqual(len(stream.events(1)), 1)
        # With the right goes the feed, at the next change, which is not told any more.
        patch = {"permissions": {"read": []}}
        self.assertEqual(self.server.request(
            "PATCH", self.collection, patch, headers={"Content-Type": "application/merge-patch+json"}).status, 200)
        self.put("b", secret=1)
        self.assertNotIn(b"secret", stream.body())

    def test_only_what_is_shared_is_told(self):
        self.server.request("PUT", "/v1/accounts/sharer", {"data": {"password": "a long one"}})
        headers = {"Authorization": "Basic " + base64.b64encode(b"sharer:a long one").decode()}
        lists = {"permissions": {"read": ["account:sharer"]}}
        path = f"{self.collection}/records/"
        self.assertEqual(self.server.request("PUT", path + "seen", {"data": {"n": 1}} | lists).status, 201)
        stream = self.follow("?_since=0", headers=headers, key=None)
        self.assertEqual(stream.status, 200)
        self.assertEqual([each["id"] for _, each in stream.events(1)], ["seen"])
        self.put("unseen", n=2)
        self.server.request("PUT", path + "too", {"data": {"n": 3}} | lists)
        self.assertEqual([each["id"] for _, each in stream.events(1)], ["too"])

    def test_what_it_does_not_take_is_refused(self):
        for query in ("?_since=x", "?min_n=1", "?_since=-1", "?_since=99999999999999999999"):
            self.assertEqual(self.follow(query).status, 400, query)
        self.assertEqual(self.follow(headers={"Last-Event-ID": "x"}).status, 400)
        self.assertEqual(self.server.request("POST", f"{self.collection}/events", {}).status, 405)
        missing = Stream(self.server, "/v1/buckets/main/collections/nothing/events", self.server.headers())
        self.addCleanup(missing.close)
        self.assertEqual(missing.status, 404)

    def test_a_caller_has_ten_at_most(self):
        key = self.server.post("/api/v1/keys", {"name": "of many feeds", "role": "viewer"}).json()["secret"]
        streams = [self.follow(key=key) for _ in range(10)]
        self.assertEqual({each.status for each in streams}, {200})
        self.assertEqual(self.follow(key=key).status, 429)
        self.assertEqual(self.follow().status, 200)
        streams.pop().close()
        # The place is free when the server has seen that its reader has gone.
        harness.eventually(lambda: self.follow(key=key).status == 200, what="a free place")

    def test_hidden_fields_stay_hidden(self):
        fields = [{"name": "a", "type": "string", "label": "shown"}, {"name": "b", "type": "string", "hidden": True}]
        self.assertEqual(self.server.request("PUT", self.collection, {"data": {"fields": fields}}).status, 200)
        stream = self.follow("?_since=0")
        self.put("r", shown="x")
        (_, record), = stream.events(1)
        self.assertEqual(sorted(record), ["id", "last_modified", "shown"])

    def test_a_slow_reader_costs_nothing_and_goes_on(self):
        text = "x" * 200_000
        first = self.put("r0", n=0)
        stream = self.follow(f"?_since={first}")
        stream.response.readline()
        # More than the buffers between hold: the server waits, and others go on.
        moments = [self.put(f"r{number}", n=number, text=text) for number in range(1, 41)]
        other = self.follow(f"?_since={moments[-2]}")
        self.assertEqual([moment for moment, _ in other.events(1)], moments[-1:])
        seen = stream.events(3)
        self.assertEqual([moment for moment, _ in seen], moments[:3])
        stream.close()
        again = self.follow(headers={"Last-Event-ID": str(seen[-1][0])})
        self.assertEqual([moment for moment, _ in again.events(37)], moments[3:])

    def test_the_command_line_watches(self):
        first = self.put("a", n=1)
        second = self.delete("a")
        answer = self.server.cli("records", "watch", self.name, "--since", "0", "--limit", "1", "--json")
        self.assertEqual(json.loads(answer.stdout)["last_modified"], second)
        answer = self.server.cli("records", "watch", self.name, "--since", "0", "--limit", "1")
        self.assertIn("a deleted", answer.stdout)
        self.assertGreater(second, first)


if __name__ == "__main__":
    unittest.main()
