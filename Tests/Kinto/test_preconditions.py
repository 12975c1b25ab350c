"""If-Match and If-None-Match (section 10)."""

import case

STAR = {"If-None-Match": "*"}


def none_match(stamp):
    return {"If-None-Match": f'"{stamp}"'}


def match(stamp):
    return {"If-Match": f'"{stamp}"'}


class Preconditions(case.KintoCase):
    def setUp(self):
        super().setUp()
        self.list = self.records({"a": 1})
        self.path = self.list + "/r1"
        self.stamp = self.alice.get(self.path).etag

    def assertFailed(self, answer, stamp, existing=None):
        self.assertError(answer, 412, 114, text="Resource was modified meanwhile")
        self.assertEqual(answer.etag, stamp)
        self.assertIsNotNone(answer.headers["Last-Modified"])
        if existing is None:
            self.assertNotIn("details", answer.json)
        else:
            self.assertEqual(answer.json["details"], {"existing": existing})

    def test_nothing_new(self):
        for path in [self.path, self.list]:
            for method in ["GET", "HEAD"]:
                stamp = self.alice.get(path).etag
                answer = self.assertStatus(self.alice.request(method, path, headers=none_match(stamp)), 304)
                self.assertEqual(answer.etag, stamp)
                self.assertIsNotNone(answer.headers["Last-Modified"])
                self.assertIsNone(answer.headers["Content-Type"])
                self.assertIsNone(answer.headers["Cache-Control"])
                for other in [stamp - 1, stamp + 1, 0, 1]:
                    self.assertStatus(self.alice.request(method, path, headers=none_match(other)), 200)

    def test_filters_leave_the_lists_timestamp(self):
        stamp = self.alice.get(self.list).etag
        self.assertStatus(self.alice.get(self.list + "?a=9", headers=none_match(stamp)), 304)

    def test_none_match_with_a_timestamp_is_no_matter_for_writes(self):
        for method in ["PUT", "PATCH", "DELETE"]:
            stamp = self.alice.get(self.path).etag
            answer = self.alice.request(method, self.path, {"data": {}}, headers=none_match(stamp))
            self.assertStatus(answer, 200)
        self.assertStatus(self.alice.put(self.path, headers=none_match(self.stamp)), 201)

    def test_none_match_star(self):
        existing = self.alice.get(self.path).data
        for method in ["GET", "PUT", "PATCH", "DELETE"]:
            answer = self.alice.request(method, self.path, {"data": {}} if method[0] == "P" else None, headers=STAR)
            self.assertFailed(answer, self.stamp, existing)
        self.assertStatus(self.alice.head(self.path, headers=STAR), 412)
        self.assertFailed(self.alice.post(self.list, {"data": {"id": "r1"}}, headers=STAR), self.stamp, existing)
        for method in ["GET", "DELETE"]:
            self.assertFailed(self.alice.request(method, self.list, headers=STAR), self.alice.get(self.list).etag)
        self.assertEqual(self.alice.get(self.path).data, existing)
        self.assertStatus(self.alice.put(self.list + "/r2", {}, headers=STAR), 201)
        self.assertStatus(self.alice.post(self.list, {"data": {"id": "r3"}}, headers=STAR), 201)
        self.assertStatus(self.alice.post(self.list, {}, headers=STAR), 201)
        self.assertMissing(self.alice.get(self.list + "/none", headers=STAR), "record", "none")

    def test_a_tombstone_is_nothing(self):
        self.alice.delete(self.path)
        self.assertStatus(self.alice.put(self.path, {}, headers=STAR), 201)

    def test_match(self):
        stamp = self.stamp
        for method in ["GET", "PUT", "PATCH"]:
            answer = self.alice.request(method, self.path, {"data": {}} if method[0] == "P" else None,
                headers=match(stamp))
            stamp = self.assertStatus(answer, 200).etag
        self.assertStatus(self.alice.delete(self.path, headers=match(stamp)), 200)

    def test_match_of_another(self):
        existing = self.alice.get(self.path).data
        for other in [self.stamp - 1, self.stamp + 1, 1]:
            for method in ["GET", "PUT", "PATCH", "DELETE"]:
                body = {"data": {"a": 2}} if method[0] == "P" else None
                self.assertFailed(
                    self.alice.request(method, self.path, body, headers=match(other)), self.stamp, existing)
        self.assertEqual(self.alice.get(self.path).data, existing)

    def test_match_star(self):
        for method in ["GET", "PUT", "PATCH", "DELETE"]:
            body = {"data": {}} if method[0] == "P" else None
            self.assertStatus(self.alice.request(method, self.path, body, headers={"If-Match": "*"}), 200)

    def test_match_of_what_is_not_there(self):
        none = self.list + "/none"
        for headers in [match(self.stamp), {"If-Match": "*"}]:
            answer = self.alice.put(none, {"data": {}}, headers=headers)
            self.assertFailed(answer, self.alice.get(self.list).etag)
            for method in ["GET", "PATCH", "DELETE"]:
                body = {"data": {}} if method[0] == "P" else None
                self.assertMissing(self.alice.request(method, none, body, headers=headers), "record", "none")
            for stamp in [headers, match(self.alice.get(self.list).etag)]:
                self.assertFailed(self.alice.post(self.list, {"data": {}}, headers=stamp),
                    self.alice.get(self.list).etag)
        self.assertEqual(self.alice.get(self.list).ids, ["r1"])

    def test_match_of_lists(self):
        stamp = self.alice.get(self.list).etag
        self.assertStatus(self.alice.get(self.list, headers=match(stamp)), 200)
        self.assertFailed(self.alice.get(self.list, headers=match(stamp + 1)), stamp)
        self.assertFailed(self.alice.delete(self.list, headers=match(stamp + 1)), stamp)
        self.assertStatus(self.alice.delete(self.list, headers=match(stamp)), 200)

    def test_not_modified_precedes_failed(self):
        answer = self.alice.get(self.path, headers=none_match(self.stamp) | match(self.stamp + 1))
        self.assertStatus(answer, 304)

    def test_malformed(self):
        before = self.alice.get(self.list).etag
        for name in ["If-Match", "If-None-Match"]:
            for value in ["123", 'W/"123"', '"1", "2"', '"-1"', '""', '"abc"', "abc", '"1.5"', "'1'", '"*"', '"']:
                with self.subTest(name, value=value):
                    for send in [self.alice.get, self.alice.put, self.alice.delete]:
                        answer = send(self.path, headers={name: value})
                        self.assertInvalid(answer, name=name, location="header")
                    self.assertInvalid(self.alice.get(self.list, headers={name: value}))
        self.assertEqual(self.alice.get(self.list).etag, before)

    def test_dates_are_ignored(self):
        for name in ["If-Modified-Since", "If-Unmodified-Since"]:
            for value in ["Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "nonsense"]:
                self.assertStatus(self.alice.get(self.path, headers={name: value}), 200)
                self.assertStatus(self.alice.put(self.path, {}, headers={name: value}), 200)

    def test_one_of_many_writers_wins(self):
        """Whoever writes what he has not seen is refused, and can see why."""
        stamp = self.stamp
        self.assertStatus(self.alice.patch(self.path, {"data": {"by": "one"}}, headers=match(stamp)), 200)
        answer = self.alice.patch(self.path, {"data": {"by": "two"}}, headers=match(stamp))
        self.assertEqual(answer.json["details"]["existing"]["by"], "one")
        self.assertEqual(answer.etag, self.alice.get(self.path).etag)
        again = self.alice.patch(self.path, {"data": {"by": "two"}}, headers=match(answer.etag))
        self.assertEqual(self.assertStatus(again, 200).data["by"], "two")
