"""Accounts (section 19), what is shared with a caller (section 18), and emptying a server (section 20)."""

import case


class Accounts(case.KintoCase):
    def make(self, **data):
        name = self.target.unique("account")
        data = {"password": "one", **data}
        answer = self.assertStatus(self.nobody.put(f"/accounts/{name}", {"data": data}), 201)
        return answer, self.target.client(name, data["password"])

    def is_known(self, client):
        return client.get("/").json.get("user", {}).get("id") == client.id

    def assertNoPassword(self, data, password):
        """Never the password; Kinto shows its hash."""
        shown = self.deviation("hashes of passwords", kinto=True, grapnel=False)
        self.assertEqual("password" in data, shown)
        self.assertNotEqual(data.get("password"), password)

    def test_making_one(self):
        answer, client = self.make(name="Ada")
        self.assertEqual((answer.data["id"], answer.data["name"]), (client.name, "Ada"))
        self.assertNoPassword(answer.data, "one")
        self.assertTrue(self.is_known(client))
        found = self.assertStatus(client.get(f"/accounts/{client.name}"), 200)
        self.assertEqual(found.data["name"], "Ada")
        self.assertEqual(found.permissions, {"write": [client.id]})
        self.assertNoPassword(found.data, "one")

    def test_making_one_by_post(self):
        name = self.target.unique("account")
        answer = self.assertStatus(self.nobody.post("/accounts", {"data": {"id": name, "password": "one"}}), 201)
        self.assertEqual(answer.data["id"], name)
        self.assertTrue(self.is_known(self.target.client(name, "one")))
        self.assertInvalid(self.nobody.post("/accounts", {"data": {"password": "one"}}), name="data.id",
            location="body")

    def test_names(self):
        for name in ["a.b", "a+b@example.org", "A_b-c"]:
            name += self.target.unique("x")
            self.assertStatus(self.nobody.put(f"/accounts/{name}", {"data": {"password": "one"}}), 201)
            self.assertTrue(self.is_known(self.target.client(name, "one")))
        for name in ["-a", "a%20b", "%C3%BC", ".a", "@a"]:
            self.assertInvalid(self.nobody.put(f"/accounts/{name}", {"data": {"password": "one"}}))

    def test_a_password_is_needed(self):
        name = self.target.unique("account")
        for data in [{}, {"password": None}, {"password": 1}, {"password": []}, {"password": {}}]:
            with self.subTest(data):
                self.assertInvalid(self.nobody.put(f"/accounts/{name}", {"data": data}), location="body")
        self.assertFalse(self.is_known(self.target.client(name, "None")))
        _, client = self.make()
        self.assertInvalid(client.put(f"/accounts/{client.name}", {"data": {"a": 1}}))

    def test_changing_the_password(self):
        _, client = self.make()
        path = f"/accounts/{client.name}"
        self.assertTrue(self.is_known(client))
        self.assertStatus(client.put(path, {"data": {"password": "two"}}), 200)
        self.assertFalse(self.is_known(client))
        second = self.target.client(client.name, "two")
        self.assertTrue(self.is_known(second))
        self.assertStatus(second.patch(path, {"data": {"password": "three"}}), 200)
        self.assertFalse(self.is_known(second))
        third = self.target.client(client.name, "three")
        self.assertEqual(self.assertStatus(third.patch(path, {"data": {"a": 1}}), 200).data["a"], 1)
        self.assertTrue(self.is_known(third))

    def test_deleting_one(self):
        _, client = self.make()
        bucket = "/buckets/" + self.target.unique("bucket")
        client.put(bucket, {"permissions": {"read": [self.alice.id]}})
        self.assertStatus(client.delete(f"/accounts/{client.name}"), 200)
        self.assertFalse(self.is_known(client))
        self.assertStatus(self.alice.get(bucket), 200)

    def test_others(self):
        _, client = self.make()
        path = f"/accounts/{client.name}"
        for body in [{"data": {"password": "stolen"}}]:
            self.assertDenied(self.nobody.put(path, body), self.nobody)
            self.assertDenied(self.nobody.patch(path, body), self.nobody)
            self.assertStatus(self.bob.put(path, body), 400, 403)
            self.assertStatus(self.bob.patch(path, body), 400, 403)
        self.assertDenied(self.nobody.get(path), self.nobody)
        self.assertDenied(self.nobody.delete(path), self.nobody)
        self.assertStatus(self.bob.get(path), 400, 403)
        self.assertStatus(self.bob.delete(path), 400, 403)
        self.assertTrue(self.is_known(client))

    def test_an_account_makes_no_other(self):
        name = self.target.unique("account")
        answer = self.bob.put(f"/accounts/{name}", {"data": {"password": "one"}})
        self.assertInvalid(answer, text="Username and account ID do not match")
        answer = self.bob.post("/accounts", {"data": {"id": name, "password": "one"}})
        self.assertInvalid(answer, text="Username and account ID do not match")
        self.assertFalse(self.is_known(self.target.client(name, "one")))

    def test_everybody_sees_his_own(self):
        _, client = self.make()
        answer = self.assertStatus(client.get("/accounts"), 200)
        self.assertEqual(answer.ids, [client.name])
        self.assertNoPassword(answer.data[0], "one")
        self.assertEqual(self.nobody.get("/accounts").status, 401)

    def test_members_of_permissions(self):
        _, client = self.make()
        path = f"/accounts/{client.name}"
        answer = client.patch(path, {"permissions": {"read": [self.bob.id]}})
        self.assertEqual(self.assertStatus(answer, 200).permissions, {"read": [self.bob.id], "write": [client.id]})
        self.assertInvalid(client.patch(path, {"permissions": {"bucket:create": []}}))

    def test_a_stored_hash_is_no_password(self):
        answer, client = self.make()
        if "password" in answer.data:
            self.assertFalse(self.is_known(self.target.client(client.name, answer.data["password"])))


class Shared(case.KintoCase):
    """What `/permissions` lists."""

    def entries(self, client, parameters=""):
        answer = self.assertStatus(client.get("/permissions" + parameters), 200)
        return {entry["uri"]: entry for entry in answer.data}

    def test_what_is_said_in_access_lists(self):
        dora = self.target.user("dora")
        paths = self.kinds()
        self.assertNotIn(paths["bucket"], self.entries(dora))
        for kind, path in paths.items():
            self.alice.patch(path, {"permissions": {"read": [dora.id]}})
        found = self.entries(dora)
        for kind, path in paths.items():
            entry = found[path]
            self.assertEqual((entry["resource_name"], entry["id"]), (kind, path.rsplit("/", 1)[1]))
            self.assertLessEqual({"read"}, set(entry["permissions"]))
            self.assertNotIn("write", entry["permissions"])
            self.assertEqual(entry["bucket_id"], paths["bucket"].rsplit("/", 1)[1])
        self.assertEqual(found[paths["record"]]["collection_id"], "things")
        self.assertEqual(found[paths["record"]]["record_id"], "r1")

    def test_write_holds_the_rest(self):
        dora = self.target.user("dora")
        paths = self.kinds()
        for path in paths.values():
            self.alice.patch(path, {"permissions": {"write": [dora.id]}})
        found = self.entries(dora)
        for kind, more in [("bucket", {"collection:create", "group:create"}), ("group", set()),
                           ("collection", {"record:create"}), ("record", set())]:
            self.assertEqual(set(found[paths[kind]]["permissions"]) - {"read:attributes"}, {"read", "write"} | more)

    def test_groups_and_everybody(self):
        dora = self.target.user("dora")
        bucket = self.bucket()
        group = bucket + "/groups/g"
        self.alice.put(group, {"data": {"members": [dora.id]}})
        self.alice.patch(bucket, {"permissions": {"read": [group]}})
        public = self.collection(bucket, "public", permissions={"record:create": ["system.Everyone"]})
        self.assertLessEqual({bucket, public}, set(self.entries(dora)))
        self.assertIn("record:create", self.entries(self.nobody)[public]["permissions"])
        self.assertNotIn(bucket, self.entries(self.nobody))

    def test_accounts(self):
        dora = self.target.user("dora")
        entry = self.entries(dora)[f"/accounts/{dora.name}"]
        self.assertEqual((entry["resource_name"], set(entry["permissions"])), ("account", {"read", "write"}))

    def test_filters_and_pages(self):
        dora = self.target.user("dora")
        bucket = self.bucket(permissions={"read": [dora.id]})
        collection = self.collection(bucket)
        list = self.records(*[{}] * 6, collection=collection)
        for number in range(1, 7):
            self.alice.patch(f"{list}/r{number}", {"permissions": {"read": [dora.id]}})
        records = self.entries(dora, "?resource_name=record")
        self.assertEqual(set(records), {f"{list}/r{number}" for number in range(1, 7)})
        self.assertEqual(set(self.entries(dora, "?resource_name=record&id=r3")), {list + "/r3"})
        seen, url = [], "/permissions?resource_name=record&_limit=4&_sort=id"
        while url:
            answer = self.assertStatus(dora.get(url), 200)
            seen += answer.ids
            url = answer.headers["Next-Page"]
        self.assertEqual(seen, [f"r{number}" for number in range(1, 7)])
        default = [entry["uri"] for entry in dora.get("/permissions?resource_name=record").data]
        self.assertEqual(default, sorted(default, reverse=True))
        self.assertInvalid(dora.get("/permissions?nothing=1"), location="querystring")
        self.assertStatus(dora.head("/permissions"), 200)


class Flush(case.KintoCase):
    def test_it_empties_the_server(self):
        if "flush_endpoint" not in self.nobody.get("/").json["capabilities"]:
            self.skipTest("NOT TESTED: this server cannot be emptied")
        bucket = "/buckets/" + self.target.unique("bucket")
        self.alice.put(bucket)
        self.target.users.clear()
        answer = self.assertStatus(self.nobody.post("/__flush__"), 202)
        self.assertEqual(answer.json, {})
        self.assertNotIn("user", self.alice.get("/").json)
        self.assertDenied(self.target.user("alice").get(bucket))
