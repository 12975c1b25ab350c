"""Requests that mean ill or were never meant (section 2): a clear error, and nothing is changed."""

import http.client
import json
import socket

import case
from wire import quoted

MEBIBYTE = 1 << 20


class Hostile(case.KintoCase):
    def setUp(self):
        super().setUp()
        self.list = self.records({"name": "Ada", "n": 1}, {"name": "Grace", "n": 2})
        self.before = self.alice.get(self.list).json

    def tearDown(self):
        self.assertEqual(self.alice.get(self.list).json, self.before, "it changed something")

    def test_filter_values(self):
        """SQL, paths of JSON and patterns are texts like any other."""
        values = [
            "' OR '1'='1", "'; DROP TABLE objects; --", "1); DELETE FROM objects; --", '" OR ""="', "$.name", "$[0]",
            "$..*",
            "\\", "\\'", "%", "_", "%' --", "Ada'--", "(?:a+)+$", "[a", "(", "*" * 40, "a*" * 40 + "b", "{{7*7}}",
            "${x}", "../../etc",
            "\u202e", "𝕬", "\t\r\n", "?", ":1", "@a", "null'", "0x41", "1e5000", "-0",
        ]
        for value in values:
            for name in ["name", "not_name", "in_name", "exclude_name", "gt_name", "max_name", "like_name",
                "contains_name",
                         "contains_any_name", "has_name", "id", "in_id"]:
                with self.subTest(value, name=name):
                    if name == "like_name" and not self.target.is_grapnel:
                        continue
                    answer = self.alice.get(f"{self.list}?{name}={quoted(value)}")
                    if answer.status == 200 and name in ("name", "in_name", "id", "in_id", "contains_name",
                        "contains_any_name"):
                        self.assertEqual(answer.data, [])
                    elif answer.status == 200 and name in ("not_name", "exclude_name"):
                        self.assertEqual(len(answer.data), 2)
                    elif answer.status != 200:
                        self.assertInvalid(answer)

    def test_filter_names(self):
        for name in ["'", '"', "name'", 'name"', "name' OR 1=1 --", "$.name", "a[0]", "name)", "a.b.c.d.e.f.g.h",
            "." * 30, "..",
                     "name.", ".name", "a" * 2000, "*", "%", "ünï", "💥", "json_extract(data,'$')", "name;",
                     "last_modified'",
                     "like_", "gt_", "in_", "_", "has_"]:
            with self.subTest(name):
                answer = self.alice.get(f"{self.list}?{quoted(name)}=1")
                if answer.status == 200:
                    self.assertEqual(answer.data, [] if not name.startswith("_") else self.before["data"])
                else:
                    self.assertInvalid(answer)

    def test_sort_and_fields(self):
        for value in ["'", "name;DROP TABLE objects", "name desc", "(select 1)", "$.n", "-", "+", "--n", ",,,",
            "n,n,n,n", "." * 20,
                      "💥", "a.b.c.d.e"]:
            with self.subTest(value):
                answer = self.alice.get(f"{self.list}?_sort={quoted(value)}")
                self.assertStatus(answer, 200, 400)
                answer = self.alice.get(f"{self.list}?_fields={quoted(value)}")
                self.assertStatus(answer, 200, 400)

    def test_nul(self):
        for query in ["name=%00", "%00=1", "name=a%00b", "_sort=%00", "in_name=a,%00"]:
            answer = self.alice.get(f"{self.list}?{query}")
            self.assertStatus(answer, 200, 400)
            if self.target.is_grapnel:
                self.assertInvalid(answer)

    def test_a_huge_page(self):
        answer = self.alice.get(f"{self.list}?_limit=9223372036854775806")
        self.assertEqual(len(self.assertStatus(answer, 200).data), 2)

    def test_depth(self):
        for depth in [200, 100_000]:
            raw = b'{"data": {"a": ' + b"[" * depth + b"]" * depth + b"}}"
            answer = self.alice.put(self.list + "/deep", raw=raw, type="application/json")
            if self.deviation("deep documents", kinto=depth < 1000, grapnel=False):
                self.assertStatus(answer, 201)
                self.alice.delete(self.list + "/deep")
                self.before = self.alice.get(self.list).json
            else:
                self.assertStatus(answer, *self.deviation("deep documents", kinto=(400, 500), grapnel=(400,)))
        raw = b'{"a":' * 5000 + b"1" + b"}" * 5000
        self.assertStatus(self.alice.merge(self.list + "/r1", {"data": 1}), 400)
        self.assertStatus(
            self.alice.request("PATCH", self.list + "/r1", raw=b'{"data": ' + raw + b"}",
                type="application/merge-patch+json"),
            *self.deviation("deep documents", kinto=(200, 400, 500), grapnel=(400,)))
        self.before = self.alice.get(self.list).json if not self.target.is_grapnel else self.before

    def test_long_values(self):
        self.assertStatus(self.alice.get(f"{self.list}?name={'x' * 6000}"), 200)
        many = "&".join(f"f{number}=1" for number in range(400))
        answer = self.alice.get(f"{self.list}?{many}")
        if self.deviation("many filters", kinto=True, grapnel=False):
            self.assertStatus(answer, 200)
        else:
            self.assertInvalid(answer)

    def test_a_body_of_ten_megabytes(self):
        body = json.dumps({"data": {"a": "x" * (10 * MEBIBYTE)}}).encode()
        for method, path in [("PUT", self.list + "/big"), ("PATCH", self.list + "/r1"), ("POST", self.list), ("POST",
            "/batch")]:
            with self.subTest(method):
                if self.deviation("large bodies", kinto=True, grapnel=False):
                    continue
                answer = self.alice.request(method, path, raw=body, type="application/json")
                self.assertError(answer, 413, 113)
                self.alice.close()

    def test_an_object_that_is_too_large(self):
        answer = self.alice.put(self.list + "/big", {"data": {"a": "x" * (3 * MEBIBYTE // 2)}})
        if self.deviation("large bodies", kinto=True, grapnel=False):
            self.assertStatus(answer, 201)
            self.alice.delete(self.list + "/big")
            self.before = self.alice.get(self.list).json
        else:
            self.assertError(answer, 413, 113)

    def test_bodies_that_break_off(self):
        connection = socket.create_connection((self.alice.host, self.alice.port), timeout=60)
        with connection:
            connection.sendall((
                f"PUT {self.alice.prefix}{self.list}/cut HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                f"Authorization: {self.alice.authorization}\r\nContent-Length: 100\r\n\r\n{{\"data\": {{}}").encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        self.assertMissing(self.alice.get(self.list + "/cut"), "record", "cut")

    def test_wrong_types_everywhere(self):
        values = [None, True, 1, 1.5, "text", [], ["a"], {"a": 1}]
        for value in values:
            for body in [{"data": value}, {"permissions": value}, {"permissions": {"read": value}},
                {"data": {"id": value}}]:
                answer = self.alice.put(self.list + "/typed", body)
                if answer.status == 201:
                    self.alice.delete(self.list + "/typed")
                    self.alice.delete(self.list + "?_since=0&deleted=true")
                    self.before = self.alice.get(self.list).json
                else:
                    self.assertInvalid(answer, location="body")

    def test_names_of_all_letters(self):
        data = {name: 1 for name in ["ü", "日本", "👩‍👩‍👧", "a b", "a\"b", "a'b", "a\\b", "$", "$.a", "", "a.b",
            "__proto__", "constructor"]}
        self.assertStatus(self.alice.put(self.list + "/named", {"data": data}), 201)
        answer = self.alice.get(self.list + "/named")
        self.assertEqual({key: answer.data[key] for key in data}, data)
        self.assertEqual(self.alice.get(f"{self.list}?{quoted('日本')}=1").ids, ["named"])
        self.assertEqual(self.alice.get(f"{self.list}?{quoted('👩‍👩‍👧')}=1").ids, ["named"])
        self.alice.delete(self.list + "/named")
        self.before = self.alice.get(self.list).json

    def test_headers(self):
        for headers in [{"If-Match": "x" * 4000}, {"Accept": "x" * 4000}, {"Authorization": "Basic " + "A" * 6000},
                        {"Response-Behavior": "x" * 3000}, {"Host": "a\"b"}]:
            answer = self.alice.patch(self.list + "/none", {"data": {}}, headers=headers)
            self.assertIn(answer.status, range(400, 500))

    def test_two_bodies(self):
        """What has two lengths is refused: the second part must never be taken for a request."""
        connection = socket.create_connection((self.alice.host, self.alice.port), timeout=60)
        with connection:
            connection.sendall((
                f"PUT {self.alice.prefix}{self.list}/two HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nContent-Length: 30\r\n"
                f"Authorization: {self.alice.authorization}\r\nConnection: close\r\n\r\n{{}}").encode())
            connection.shutdown(socket.SHUT_WR)
            response = http.client.HTTPResponse(connection)
            try:
                response.begin()
                self.assertIn(response.status, (400, 201) if not self.target.is_grapnel else (400,))
            except http.client.HTTPException:
                pass
        if not self.target.is_grapnel:
            self.alice.delete(self.list + "/two")
            self.before = self.alice.get(self.list).json
