"""Records that refer to each other, over HTTP: what requests say, what answers show, and that it is kept."""

import concurrent.futures
import unittest
import urllib.parse

from harness import ServerCase


class Relations(ServerCase):
    CLASSES = "/v1/buckets/main/collections"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.declare("cookie", {"name": "type", "type": "string"}, cls.reference("jar", "jar", "cookies"))
        cls.declare("jar", {"name": "label", "type": "string"}, cls.reference("cookies", "cookie", "jar", many=True))

    @staticmethod
    def reference(name, target, inverse=None, **more):
        rule = {"class": target} | ({"inverse": inverse} if inverse else {}) | more
        return {"name": name, "ref": rule}

    @classmethod
    def declare(cls, name, *fields):
        answer = cls.server.request("PUT", f"{cls.CLASSES}/{name}", {"data": {"fields": list(fields)}}, key=cls.server.key)
        if answer.status not in (200, 201):
            raise AssertionError(answer)

    def ask(self, method, path, data=None, headers=None):
        body = None if data is None else {"data": data}
        return self.server.request(method, f"{self.CLASSES}/{path}", body, headers=headers or {}, key=self.server.key)

    def assertAnswer(self, answer, status, codes=None, pointers=None):
        self.assertEqual(answer.status, status, answer)
        details = answer.json().get("details")
        if codes is not None:
            self.assertEqual([fault.get("code") for fault in details], codes, answer)
        if pointers is not None:
            self.assertEqual(sorted(fault.get("pointer") for fault in details), pointers, answer)
        return answer.json()

    def test_a_jar_and_its_cookies(self):
        made = self.assertAnswer(self.ask("PUT", "jar/records/j1", {"cookies": [{"id": "j1a"}, {"id": "j1b"}]}), 201)
        self.assertEqual(made["data"]["cookies"], ["j1a", "j1b"])
        self.assertNotIn("meta", made)
        tree = self.assertAnswer(self.ask("GET", "jar/records/j1?depth=2"), 200)["data"]
        self.assertEqual([(cookie["id"], cookie["jar"]) for cookie in tree["cookies"]], [("j1a", "j1"), ("j1b", "j1")])
        graph = self.assertAnswer(self.ask("GET", "cookie/records/j1a?depth=3&shape=graph"), 200)
        self.assertEqual(graph["data"]["jar"], "j1")
        self.assertEqual(graph["included"]["jar"]["j1"]["cookies"], ["j1a", "j1b"])
        self.assertEqual(list(graph["included"]["cookie"]), ["j1b"])
        self.assertEqual(self.assertAnswer(self.ask("GET", "cookie/records/j1a?depth=0"), 200)["data"], "j1a")
        moved = self.assertAnswer(self.ask("PUT", "jar/records/j2", {"cookies": ["j1a"]}), 201)
        self.assertEqual(
            moved["meta"], {"displaced": [{"class": "jar", "id": "j1", "field": "cookies", "was": "j1a"}]})
        query = urllib.parse.urlencode({"contains_cookies": "j1a"})
        found = self.assertAnswer(self.ask("GET", f"jar/records?{query}"), 200)["data"]
        self.assertEqual([jar["id"] for jar in found], ["j2"])
        found = self.assertAnswer(self.ask("GET", "cookie/records?jar=j1"), 200)["data"]
        self.assertEqual([cookie["id"] for cookie in found], ["j1b"])

    def test_a_deep_read_is_304_while_nothing_of_it_changes(self):
        self.ask("PUT", "jar/records/e1", {"cookies": [{"id": "e1a"}]})
        first = self.ask("GET", "jar/records/e1?depth=2")
        etag = first.headers["ETag"]
        again = {"If-None-Match": etag}
        self.assertEqual(self.ask("GET", "jar/records/e1?depth=2", headers=again).status, 304)
        self.ask("PATCH", "cookie/records/e1a", {"type": "ginger"})
        second = self.ask("GET", "jar/records/e1?depth=2", headers=again)
        self.assertEqual((second.status, second.json()["data"]["cookies"][0]["type"]), (200, "ginger"))
        self.assertNotEqual(second.headers["ETag"], etag)
        # A link moves the ETags of both ends.
        before = [self.ask("GET", path).headers["ETag"] for path in ("jar/records/e1", "cookie/records/e1a")]
        self.ask("PATCH", "cookie/records/e1a", {"jar": None})
        after = [self.ask("GET", path).headers["ETag"] for path in ("jar/records/e1", "cookie/records/e1a")]
        self.assertTrue(all(old != new for old, new in zip(before, after)))

    def test_a_list_is_added_whole(self):
        answer = self.ask("POST", "jar/records", [{"id": "l1", "cookies": [{}]}, {"id": "l2"}])
        self.assertEqual([jar["id"] for jar in self.assertAnswer(answer, 201)["data"]], ["l1", "l2"])
        bad = self.ask("POST", "jar/records", [{"id": "l3"}, {"cookies": ["nobody"]}])
        self.assertAnswer(bad, 400, ["reference_not_found"], ["/data/1/cookies/0"])
        self.assertEqual(self.ask("GET", "jar/records/l3").status, 404)
        self.assertAnswer(self.ask("POST", "jar/records", [7]), 400, pointers=["/data/0"])
        self.assertAnswer(self.ask("POST", "jar/records", "x"), 400)

    def test_contradictions_and_limits(self):
        self.ask("PUT", "jar/records/c1", {})
        self.ask("PUT", "jar/records/c2", {})
        answer = self.ask("PATCH", "jar/records/c1", {"cookies": [{"jar": "c2"}]})
        found = self.assertAnswer(
            answer, 409, ["conflicting_relations"] * 2, ["/data/cookies/0", "/data/cookies/0/jar"])
        self.assertEqual(found["errno"], 122)
        found = self.assertAnswer(self.ask("GET", "jar/records/c1?depth=5"), 400, ["depth_too_large"])
        self.assertIn("depth.max", found["message"])
        self.assertAnswer(self.ask("GET", "jar/records?depth=x"), 400)
        answer = self.ask("POST", "jar/records", {"cookies": [{} for _ in range(1001)]})
        self.assertAnswer(answer, 400, ["too_many_objects"])

    def test_deletions_tell_what_went_with_them(self):
        self.declare("shelf", {"name": "x", "type": "string"}, self.reference("books", "book", "shelf", many=True))
        self.declare("book", self.reference("shelf", "shelf", "books", on_target_delete="cascade"))
        self.ask("PUT", "shelf/records/s", {"books": [{"id": "b1"}, {"id": "b2"}]})
        answer = self.assertAnswer(self.ask("DELETE", "shelf/records/s"), 200)
        self.assertEqual(sorted(entry["id"] for entry in answer["meta"]["deleted"]), ["b1", "b2"])
        self.assertTrue(answer["data"]["deleted"])

    def test_fifty_writers_of_one_jar(self):
        self.ask("PUT", "jar/records/w", {})
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: self.ask("POST", "cookie/records", {"jar": "w"}), range(50)))
        self.assertEqual([answer.status for answer in answers], [201] * 50)
        jar = self.assertAnswer(self.ask("GET", "jar/records/w"), 200)["data"]
        self.assertEqual(sorted(jar["cookies"]), sorted(answer.json()["data"]["id"] for answer in answers))

    def test_a_batch_undoes_only_what_is_refused(self):
        path = "/buckets/main/collections"
        requests = [
            {"method": "PUT", "path": f"{path}/jar/records/p", "body": {"data": {"cookies": [{"id": "p1"}]}}},
            {"method": "PATCH", "path": f"{path}/jar/records/p", "body": {"data": {"cookies": ["nobody"]}}},
            {"method": "GET", "path": f"{path}/jar/records/p?depth=2"},
        ]
        answer = self.server.request("POST", "/v1/batch", {"requests": requests}, headers={}, key=self.server.key)
        responses = answer.json()["responses"]
        self.assertEqual([response["status"] for response in responses], [201, 400, 200], responses)
        self.assertEqual(responses[2]["body"]["data"]["cookies"][0]["id"], "p1")


if __name__ == "__main__":
    unittest.main()
