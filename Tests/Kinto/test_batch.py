"""Several requests in one (section 17)."""

import case


class Batch(case.KintoCase):
    def responses(self, requests, defaults=None, client=None, **options):
        answer = self.assertStatus((client or self.alice).batch(requests, defaults, **options), 200)
        self.assertEqual(set(answer.json), {"responses"})
        for response in answer.json["responses"]:
            self.assertLessEqual({"status", "path", "headers", "body"}, set(response))
        return answer.json["responses"]

    def test_order(self):
        path = self.collection() + "/records"
        responses = self.responses([
            {"method": "PUT", "path": path + "/a", "body": {"data": {"n": 1}}},
            {"method": "GET", "path": path + "/a"},
            {"method": "PATCH", "path": path + "/a", "body": {"data": {"n": 2}}},
            {"method": "DELETE", "path": path + "/a"},
            {"method": "GET", "path": path + "/a"},
            {"method": "POST", "path": path, "body": {"data": {"id": "b"}}},
            {"path": path},
        ])
        self.assertEqual([response["status"] for response in responses], [201, 200, 200, 200, 404, 201, 200])
        self.assertEqual(responses[1]["body"]["data"]["n"], 1)
        self.assertEqual(responses[4]["body"]["errno"], 110)
        self.assertEqual([item["id"] for item in responses[6]["body"]["data"]], ["b"])
        self.assertEqual(responses[0]["path"], "/v1" + path + "/a")
        headers = {name.lower(): value for name, value in responses[0]["headers"].items()}
        self.assertEqual(headers["etag"], f'"{responses[0]["body"]["data"]["last_modified"]}"')

    def test_paths_with_and_without_the_version(self):
        path = self.bucket()
        responses = self.responses([{"path": path}, {"path": "/v1" + path},
            {"path": path + "/groups?_limit=2&_sort=id"},
                                    {"path": "/"}, {"path": path.replace("bucket-", "%62ucket-")}])
        self.assertEqual([response["status"] for response in responses], [200] * 5)
        self.assertEqual(responses[0]["body"], responses[1]["body"])
        self.assertEqual(responses[4]["body"], responses[0]["body"])
        self.assertEqual(responses[3]["body"]["user"]["id"], self.alice.id)

    def test_defaults(self):
        path = self.collection() + "/records"
        responses = self.responses(
            [{"path": path + "/a"}, {"path": path + "/b", "body": {"data": {"y": 2}}}, {"path": path + "/a",
            "method": "GET"}],
            {"method": "PUT", "body": {"data": {"x": 1}, "permissions": {"read": [self.bob.id]}}})
        self.assertEqual([response["status"] for response in responses], [201, 201, 200])
        self.assertEqual((responses[1]["body"]["data"]["x"], responses[1]["body"]["data"]["y"]), (1, 2))
        self.assertEqual(responses[1]["body"]["permissions"]["read"], [self.bob.id])
        responses = self.responses([{}], {"path": path})
        self.assertEqual(responses[0]["status"], 200)

    def test_headers(self):
        path = self.record(self.collection() + "/records")
        stamp = self.alice.get(path).etag
        responses = self.responses([
            {"path": path, "method": "PUT", "headers": {"If-None-Match": "*"}},
            {"path": path, "method": "PUT", "headers": {"If-Match": f'"{stamp}"'}, "body": {"data": {"a": 1}}},
            {"path": path, "headers": {"Authorization": self.bob.authorization}},
            {"path": path, "headers": {"authorization": "none"}},
        ])
        self.assertEqual([response["status"] for response in responses], [412, 200, 403, 401])

    def test_headers_of_the_whole(self):
        path = self.record(self.collection() + "/records")
        responses = self.responses([{"path": path, "method": "PUT"}, {"path": path,
            "headers": {"If-None-Match": '"1"'}}],
                                   headers={"If-None-Match": "*"})
        self.assertEqual([response["status"] for response in responses], [412, 200])

    def test_each_has_its_own_rights(self):
        mine = self.bucket(permissions={"read": [self.bob.id]})
        responses = self.responses([{"path": mine}, {"path": mine, "method": "DELETE"}, {"path": self.bucket()}],
            client=self.bob)
        self.assertEqual([response["status"] for response in responses], [200, 403, 403])
        responses = self.responses([{"path": mine}, {"path": "/"}], client=self.nobody)
        self.assertEqual([response["status"] for response in responses], [401, 200])

    def test_what_fails_leaves_the_rest(self):
        path = self.collection() + "/records"
        responses = self.responses([
            {"method": "PUT", "path": path + "/a"}, {"method": "PUT", "path": path + "/!"},
            {"method": "PUT", "path": path + "/b", "body": {"foo": 1}}, {"method": "PUT", "path": path + "/c"},
            {"path": "/nothing"}, {"method": "POST", "path": path + "/a"},
        ])
        self.assertEqual([response["status"] for response in responses], [201, 400, 400, 201, 404, 405])
        self.assertEqual(set(self.alice.get(path).ids), {"a", "c"})

    def test_redirects_are_followed(self):
        path = self.bucket()
        self.assertEqual(self.responses([{"path": path + "/"}])[0]["status"], 200)

    def test_default_bucket(self):
        dora = self.target.user("dora")
        path = "/buckets/default/collections/c/records"
        responses = self.responses([{"method": "POST", "path": path, "body": {"data": {}}}, {"path": path}],
            client=dora)
        self.assertEqual([response["status"] for response in responses], [201, 200])
        self.assertEqual(len(responses[1]["body"]["data"]), 1)
        dora.delete("/buckets/default")

    def test_none(self):
        answer = self.alice.batch([])
        self.assertEqual(self.assertStatus(answer, 200).json, {"responses": []})

    def test_bounds(self):
        most = self.nobody.get("/").json["settings"]["batch_max_requests"]
        path = self.bucket()
        self.assertEqual(len(self.responses([{"path": path}] * most)), most)
        answer = self.alice.batch([{"path": path}] * (most + 1))
        self.assertInvalid(answer, location="body", text=f"limited to {most}")

    def test_faults(self):
        path = self.bucket()
        good = {"method": "PUT", "path": path + "/groups/g"}
        for body in [
            {}, {"requests": {}}, {"requests": "text"}, {"requests": [good], "more": 1}, {"requests": [good, {}]},
            {"requests": [good, {"path": "no-slash"}]}, {"requests": [good, {"path": 1}]}, {"requests": [good, 1]},
            {"requests": [good, {"path": path, "method": "PURGE"}]}, {"requests": [good, {"path": path,
            "method": "get"}]},
            {"requests": [good, {"path": path, "body": []}]}, {"requests": [good, {"path": path, "body": "text"}]},
            {"requests": [good, {"path": path, "headers": []}]},
            {"requests": [good, {"path": path, "more": 1}]}, {"requests": [good], "defaults": []},
            {"requests": [good, {"path": "/batch", "method": "POST"}]}, {"requests": [good, {"path": "/v1/batch"}]},
            {"requests": [good], "defaults": {"more": 1}},
        ]:
            with self.subTest(body):
                self.assertInvalid(self.alice.post("/batch", body), location="body")
        self.assertMissing(self.alice.get(path + "/groups/g"), "group", "g")

    def test_bodies_are_objects(self):
        path = self.record(self.collection() + "/records")
        head, = self.responses([{"path": path, "method": "HEAD"}])
        self.assertEqual(head["body"], self.deviation("bodies of HEAD in a batch", kinto="", grapnel={}))
        stamp = self.alice.get(path).etag
        answer = self.alice.batch([{"path": path, "headers": {"If-None-Match": f'"{stamp}"'}}])
        if self.deviation("304 in a batch", kinto=True, grapnel=False):
            self.assertStatus(answer, 500)
        else:
            response, = answer.json["responses"]
            self.assertEqual((response["status"], response["body"]), (304, {}))

    def test_unicode(self):
        path = self.collection() + "/records"
        responses = self.responses([
            {"method": "PUT", "path": path + "/a", "body": {"data": {"ü": "日本 😀"}}},
            {"path": path + "?%C3%BC=%E6%97%A5%E6%9C%AC*"},
            {"path": path + "?ü=x"} if self.target.is_grapnel else {"path": path}])
        self.assertEqual(responses[0]["body"]["data"]["ü"], "日本 😀")
        self.assertEqual([response["status"] for response in responses], [201, 200, 200])
