"""Lists in pages (section 14.5)."""

import base64
import json
import urllib.parse

import case
from test_filters import FilterCase


class Pages(FilterCase):
    RECORDS = {f"r{number:02}": {"n": number, "even": number % 2 == 0,
        "s": f"ä{number % 3} &=?/"} for number in range(25)}
    RECORDS["r03"]["rare"] = 1

    def pages(self, parameters, client=None):
        answers = [self.assertStatus((client or self.alice).get(f"{self.list}?{parameters}"), 200)]
        while answers[-1].headers["Next-Page"]:
            answers.append(self.assertStatus((client or self.alice).get(answers[-1].headers["Next-Page"]), 200))
            self.assertLess(len(answers), 60)
        return answers

    def test_all_pages_are_the_whole(self):
        for parameters in ["", "_sort=n", "_sort=-n", "_sort=s,-n", "_sort=-s", "_sort=even,s", "_sort=rare",
            "_sort=-rare",
                           "even=true", "gt_n=5&lt_n=20&_sort=s", "_since=0", "_sort=last_modified", "_sort=nothing",
                           "_sort=id", "_fields=n&_sort=n", "_fields=even&_sort=s"]:
            whole = self.alice.get(f"{self.list}?{parameters}").data
            for limit in [1, 2, 7, 24, 25, 26, 1000]:
                if limit == 1 and parameters:
                    continue
                with self.subTest(parameters, limit=limit):
                    answers = self.pages(f"{parameters}&_limit={limit}")
                    self.assertEqual([item for answer in answers for item in answer.data], whole)
                    self.assertEqual([len(answer.data) for answer in answers[:-1]], [limit] * (len(answers) - 1))
                    self.assertEqual(len(answers), max(1, -(-len(whole) // limit)))

    def test_the_address_of_the_next_page(self):
        answer = self.alice.get(f"{self.list}?_limit=3&_sort=s&gt_n=1&not_x=")
        url = urllib.parse.urlsplit(answer.headers["Next-Page"])
        self.assertEqual(f"{url.scheme}://{url.netloc}{url.path}", self.target.url + self.list)
        fields = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True, strict_parsing=True))
        self.assertEqual({**fields, "_token": ""}, {"_limit": "3", "_sort": "s", "gt_n": "1", "not_x": "",
            "_token": ""})
        answer = self.alice.get(f"{self.list}?_limit=3", headers={"Host": "data.example"})
        self.assertTrue(answer.headers["Next-Page"].startswith("http://data.example/v1/buckets/"), answer)

    def test_pages_can_be_asked_for_again(self):
        url = self.alice.get(f"{self.list}?_limit=3").headers["Next-Page"]
        self.assertEqual(self.alice.get(url).json, self.alice.get(url).json)

    def test_every_page_has_the_etag_of_the_list(self):
        etag = self.alice.get(self.list).etag
        for answer in self.pages("_limit=10"):
            self.assertEqual(answer.etag, etag)

    def test_limits(self):
        for limit in ["text", "-1", "1e", "9223372036854775809"]:
            with self.subTest(limit):
                self.assertInvalid(self.alice.get(f"{self.list}?_limit={limit}"), location="querystring")
        self.assertEqual(len(self.alice.get(f"{self.list}?_limit=9223372036854775806").data), 25)

    def test_tokens(self):
        good = urllib.parse.parse_qs(urllib.parse.urlsplit(
            self.alice.get(f"{self.list}?_limit=3").headers["Next-Page"]).query)["_token"][0]
        bad = ["text", "%", "e30", good[:-3] + "!!!", "A" * 500, base64.b64encode(b"[]").decode(),
               base64.b64encode(b'{"last_object": 1}').decode(),
                   base64.b64encode(json.dumps({"a": [1]}).encode()).decode(), "👻"]
        for token in bad:
            with self.subTest(token):
                answer = self.alice.get(f"{self.list}?_limit=3&_token={urllib.parse.quote(token)}")
                self.assertInvalid(answer, location="querystring")

    def test_what_is_made_meanwhile_shifts_nothing(self):
        list = self.records(*[{"n": number} for number in range(6)])
        first = self.alice.get(list + "?_limit=3&_sort=n")
        for number in (-3, 9):
            self.alice.post(list, {"data": {"n": number}})
        self.alice.delete(list + "/r3")
        second = self.alice.get(first.headers["Next-Page"])
        self.assertEqual([item["n"] for item in first.data + second.data], [0, 1, 2, 3, 4, 5])


class SharedPages(case.KintoCase):
    def test_pages_of_what_is_shared(self):
        list = self.records(*[{"n": number} for number in range(9)])
        for number in [1, 3, 5, 7, 9]:
            self.alice.patch(f"{list}/r{number}", {"permissions": {"read": [self.bob.id]}})
        first = self.bob.get(list + "?_limit=3&_sort=n")
        second = self.bob.get(first.headers["Next-Page"])
        self.assertEqual(first.ids + second.ids, ["r1", "r3", "r5", "r7", "r9"])
        self.assertIsNone(second.headers["Next-Page"])
        self.assertDenied(self.carol.get(first.headers["Next-Page"]))

    def test_deleting_page_by_page(self):
        list = self.records(*[{"n": number} for number in range(5)])
        first = self.alice.delete(list + "?_limit=2")
        self.assertEqual(first.ids, ["r5", "r4"])
        second = self.alice.delete(first.headers["Next-Page"])
        self.assertEqual(second.ids, ["r3", "r2"])
        self.assertEqual(self.alice.delete(second.headers["Next-Page"]).ids, ["r1"])
        self.assertEqual(self.alice.get(list).data, [])
        again = self.alice.delete(first.headers["Next-Page"])
        if self.deviation("tokens of DELETE", kinto=True, grapnel=False):
            self.assertInvalid(again, text="was already used or has expired")
        else:
            self.assertEqual(self.assertStatus(again, 200).data, [])

    def test_other_lists_have_pages(self):
        bucket = self.bucket()
        for number in range(5):
            self.alice.put(f"{bucket}/groups/g{number}")
            self.alice.put(f"{bucket}/collections/c{number}")
        for list, prefix in [(bucket + "/groups", "g"), (bucket + "/collections", "c"), ("/buckets", None)]:
            seen = []
            url = list + "?_limit=2&_sort=id"
            while url:
                answer = self.assertStatus(self.alice.get(url), 200)
                seen += answer.ids
                url = answer.headers["Next-Page"]
            if prefix:
                self.assertEqual(seen, [f"{prefix}{number}" for number in range(5)])
            else:
                self.assertEqual(seen, self.alice.get("/buckets?_sort=id").ids)
