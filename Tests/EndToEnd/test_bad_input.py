"""Bodies, names and queries that no client means well by: each is told what is wrong, nothing of it is stored, and the
server does not grow.

Tests/Kinto/test_hostile.py holds more of them against Kinto itself."""

import json
import pathlib
import re
import sqlite3
import unittest
import urllib.parse

from harness import ServerCase

MEBIBYTE = 1 << 20
LIST = "/v1/buckets/main/collections/shelf/records"
#: How much the server may have grown after all of it was sent several times. Its allocator keeps some of what one large
#: body took; what leaked with each would be a multiple of this.
GROWTH_MAX = 64 * MEBIBYTE
REPEATED = 3
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}


def quoted(text):
    return urllib.parse.quote(text, safe="")


class BadInput(ServerCase):
    options = {"config": "data: {history: true}\n"}

    def setUp(self):
        self.assertIn(
            self.server.request("PUT", "/v1/buckets/main/collections/shelf", {}).status, (200, 201))
        self.assertIn(self.server.request(
            "PUT", "/v1/buckets/main/collections/strict", {"data": {"schema": SCHEMA}}).status, (200, 201))
        self.assertIn(self.server.request("PUT", f"{LIST}/there", {"data": {"name": "Ada", "n": 1}}).status, (200, 201))

    def stored(self):
        """All that is stored of data, and how often it was changed."""
        database = sqlite3.connect(f"file:{self.server.data}/grapnel.db?mode=ro", uri=True)
        try:
            return [database.execute(sql).fetchall() for sql in (
                "SELECT row, parent, kind, name, modified, data FROM objects ORDER BY row",
                "SELECT COUNT(*), MAX(modified) FROM object_history", "SELECT COUNT(*) FROM runs",
                "SELECT object, principal, permission FROM grants ORDER BY 1, 2, 3")]
        finally:
            database.close()

    def memory(self):
        text = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024

    def refused(self, method, path, body=None, headers=None, *, statuses=(400,), what=""):
        """Sends what must be refused, and holds the answer against the form of errors."""
        answer = self.server.request(
            method, path, body, {"Content-Type": "application/json"} | (headers or {}), timeout=120)
        self.assertIn(answer.status, statuses, f"{what}: {answer}")
        error = answer.json()
        self.assertEqual(error["code"], answer.status)
        self.assertIsInstance(error["errno"], int)
        self.assertTrue(error["error"])
        self.assertLess(len(answer.body), 16 << 10, "an error does not send back what it was sent")
        if answer.status == 400:
            self.assertEqual(error["errno"], 107)
            self.assertTrue(error["details"], what)
            for detail in error["details"]:
                self.assertEqual({"location", "name", "description"} - set(detail), set())
                self.assertTrue(detail["description"])
        if answer.status == 413:
            self.assertEqual(error["errno"], 113)
            self.assertTrue(error["message"])
        return error

    def test_malformed_json(self):
        before = self.stored()
        for body in (b"{", b"[", b'{"data"', b'{"data": {"a": }}', b"{'data': {}}", b'{"data": {"a": NaN}}',
                     b'{"data": {"a": 01}}', b'{"data": {"a": "\xff"}}', b'{"data": {"a": "\x01"}}',
                     b'{"data": {"a": "\\ud800"}}', b'{"data": {}} {}', b"\xef\xbb\xbf{", b"\x00", b"nonsense",
                     b'{"data": {"a": 1e999}}', b'{"data": {"a": "\\u12"}}', b'"' + b"x" * MEBIBYTE):
            for method, path in (("PUT", f"{LIST}/no"), ("POST", LIST), ("PATCH", f"{LIST}/there"),
                                 ("POST", "/v1/batch")):
                self.refused(method, path, body, what=body[:40])
        self.assertEqual(self.stored(), before)

    def test_wrong_types_and_unknown_members(self):
        before = self.stored()
        for value in (1, True, "text", [], [1]):
            self.refused("PUT", f"{LIST}/no", {"data": value}, what=value)
            self.refused("PUT", f"{LIST}/no", {"permissions": value}, what=value)
            self.refused("POST", "/v1/batch", {"requests": value} if value != [] else {"requests": {}}, what=value)
        for body in ({"data": {}, "other": 1}, {"data": {"id": 5}}, {"data": {"id": "other"}},
                     {"permissions": {"read": "account:ada"}}, {"permissions": {"rule": []}},
                     {"permissions": {"read": [5]}}):
            self.refused("PUT", f"{LIST}/no", body, what=body)
        for data in ({"n": "1"}, {"n": 1.5}, {"unknown": 1}, {"n": None}):
            error = self.refused("PUT", "/v1/buckets/main/collections/strict/records/no", {"data": data}, what=data)
            self.assertEqual(len(error["details"]), 1)
        for schema in ([], "text", {"type": "nothing"}, {"properties": []}, {"pattern": "["}):
            self.refused("PATCH", "/v1/buckets/main/collections/strict", {"data": {"schema": schema}}, what=schema)
        patches = ([{"op": "add"}], [{"op": "none", "path": "/data/a", "value": 1}], {"op": "add"}, ["text"],
                   [{"op": "replace", "path": "data/a", "value": 1}], [{"op": "remove", "path": "/data/nothing"}],
                   [{"op": "test", "path": "/data/n", "value": 2}])
        for patch in patches:
            self.refused("PATCH", f"{LIST}/there", json.dumps(patch).encode(),
                         {"Content-Type": "application/json-patch+json"}, what=patch)
        self.assertEqual(self.stored(), before)

    def test_depth(self):
        before = self.stored()
        for depth in (66, 1000, 100_000, 3_000_000):
            for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
                body = b'{"data": {"a": ' + opening * depth + b"1" + closing * depth + b"}}"
                if len(body) > 8 * MEBIBYTE:
                    continue
                self.refused("PUT", f"{LIST}/no", body, what=f"{depth} {opening}")
        path = "/data" + "/a" * 10_000
        self.refused("PATCH", f"{LIST}/there", json.dumps([{"op": "add", "path": path, "value": 1}]).encode(),
                     {"Content-Type": "application/json-patch+json"}, what="a deep path")
        self.assertEqual(self.stored(), before)

    def test_pages_and_filters(self):
        before = self.stored()
        for query in ("_limit=-1", "_limit=x", "_limit=99999999999999999999", "_since=x", "_since=-",
                      "_token=x", f"_token={'A' * 5000}", "_sort=a'b%00", "_fields=%00", "%00=1",
                      "&".join(f"a{each}=1" for each in range(60)), "in_n=" + ",".join(map(str, range(1500))),
                      "_sort=" + ",".join(f"f{each}" for each in range(20)),
                      "n=%ff%fe", f"name={'x' * 40_000}"):
            self.refused("GET", f"{LIST}?{query}", statuses=(400, 414), what=query[:60])
        self.assertEqual(len(self.server.get(f"{LIST}?_limit=9223372036854775807").json()["data"]), 1)
        hostile = ("' OR '1'='1", "'; DROP TABLE objects; --", '") OR 1=1 --', "1); DELETE FROM objects; --", "$.name",
                   "$[0]", "$..*", "#>'{a}'", "(a+)+$", "[a-", "*" * 30 + "b", "%", "_", "\\", "\u202e", "𝕬", "null'", "a\tb")
        for value in hostile:
            for name in ("name", "in_name", "contains_name", "id"):
                answer = self.server.get(f"{LIST}?{name}={quoted(value)}")
                self.assertIn(answer.status, (200, 400), answer)
                self.assertNotIn("Ada", answer.text, value)
            self.assertIn(self.server.get(f"{LIST}?like_name={quoted(value)}").status, (200, 400))
            for name in ("", "not_", "min_", "like_"):
                self.assertIn(self.server.get(f"{LIST}?{name}{quoted(value)}=1").status, (200, 400), value)
            self.assertIn(self.server.get(f"{LIST}?_sort={quoted(value)}").status, (200, 400), value)
        self.assertEqual(self.stored(), before)

    def test_names(self):
        before = self.stored()
        for name in ("ünï", "日本", "💥", "a b", "a%2Fb", "..", "%2e%2e", "a'b", 'a"b', "a;b", "-", "a" * 256, "%00",
                     "a%00b", "%ff", "\u202ea", "a\u0301"):
            path = name if "%" in name else quoted(name)
            for method, place, body in (("PUT", f"{LIST}/{path}", {"data": {}}),
                                        ("PUT", f"/v1/buckets/main/collections/{path}", {"data": {}}),
                                        ("PUT", f"/v1/buckets/main/groups/{path}", {"data": {"members": []}})):
                self.refused(method, place, json.dumps(body).encode(), statuses=(400, 404, 405), what=(name, place))
        self.assertEqual(self.stored(), before)
        # Members may be called anything, and say anything.
        data = {"ünï": "日本", "": 1, "$.a": 2, "a'b": "'; DROP TABLE objects; --", "__proto__": {"x": 1}, "💥": "\u0000"}
        answer = self.server.request("PUT", f"{LIST}/odd", {"data": data})
        self.assertEqual(answer.status, 201, answer)
        kept = self.server.get(f"{LIST}/odd").json()["data"]
        self.assertEqual({name: kept[name] for name in data}, data)
        self.assertEqual(self.server.request("DELETE", f"{LIST}/odd").status, 200)

    def large_bodies(self):
        for size in (10 * MEBIBYTE, 2 * MEBIBYTE):
            body = json.dumps({"data": {"a": "x" * size}}).encode()
            for method, path in (("PUT", f"{LIST}/no"), ("PATCH", f"{LIST}/there"), ("POST", LIST)):
                self.refused(method, path, body, statuses=(413,), what=f"{size} bytes")
        # Just within what is read at all: it is read, and then refused.
        wide = b'{"data": {' + b",".join(b'"m%d": 1' % each for each in range(500_000)) + b"}}"
        self.refused("PUT", f"{LIST}/no", wide, statuses=(413,), what="half a million members")
        self.refused("PUT", f"{LIST}/no", b'{"data": {"a": "' + b"x" * (7 * MEBIBYTE) + b'"', what="a text that ends early")
        self.refused("PUT", f"{LIST}/no", b'{"data": {"a": ' + b"[" * (7 * MEBIBYTE), what="seven million brackets")
        self.refused("POST", "/v1/batch", b'{"requests": [' + b"1," * (3 * MEBIBYTE) + b"1]}", what="a long batch")

    def test_large_bodies_leave_nothing_in_memory(self):
        before = self.stored()
        for _ in range(2):
            self.large_bodies()
        grown = self.memory()
        for _ in range(REPEATED):
            self.large_bodies()
        self.assertLess(self.memory() - grown, GROWTH_MAX)
        self.assertEqual(self.stored(), before)

    def test_the_form_of_requests(self):
        before = self.stored()
        put = ("PUT", f"{LIST}/no", json.dumps({"data": {}}).encode())
        for headers, statuses in (({"Content-Type": "text/html"}, (415,)), ({"If-Match": "x"}, (400,)),
                                  ({"If-Match": '"1'}, (400,)), ({"If-None-Match": "x"}, (400,)),
                                  ({"Accept": "text/html"}, (406,))):
            self.refused(*put, headers=headers, statuses=statuses, what=headers)
        for method, path in (("PUT", LIST), ("POST", f"{LIST}/there"), ("PUT", "/v1/nothing"), ("TRACE", LIST)):
            self.refused(method, path, b"{}", statuses=(400, 404, 405), what=(method, path))
        self.assertEqual(self.stored(), before)


if __name__ == "__main__":
    unittest.main()
