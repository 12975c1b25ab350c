"""The root view, who is asking, and the principals of a request (sections 4 to 6)."""

import case
import wire


class Root(case.KintoCase):
    def test_what_it_says(self):
        root = self.assertStatus(self.nobody.get("/"), 200).json
        self.assertIsInstance(root["project_name"], str)
        self.assertIsInstance(root["project_version"], str)
        self.assertTrue(root["project_docs"].startswith("http"))
        self.assertEqual(root["http_api_version"], "1.23")
        self.assertEqual(root["url"], self.target.url + "/")
        self.assertIn("config", root) if not self.target.is_grapnel else None
        self.assertEqual(type(root["settings"]["batch_max_requests"]), int)
        self.assertIs(root["settings"]["readonly"], False)
        self.assertIs(root["settings"]["explicit_permissions"], True)
        self.assertNotIn("user", root)
        self.assertNotIn("eos", root)

    def test_the_url_follows_the_host(self):
        root = self.nobody.get("/", headers={"Host": "data.example:8080"}).json
        self.assertEqual(root["url"], "http://data.example:8080/v1/")

    def test_capabilities(self):
        capabilities = self.nobody.get("/").json["capabilities"]
        for name in ["accounts", "default_bucket", "permissions_endpoint", "history", "schema"]:
            with self.subTest(name):
                self.assertIsInstance(capabilities[name]["description"], str)
                self.assertTrue(capabilities[name]["url"].startswith("http"))
        self.assertIs(capabilities["accounts"]["validation_enabled"], False)

    def test_the_user(self):
        user = self.alice.get("/").json["user"]
        self.assertEqual(user["id"], self.alice.id)
        self.assertIn(self.alice.id, user["principals"])
        self.assertIn("system.Everyone", user["principals"])
        self.assertIn("system.Authenticated", user["principals"])
        self.assertRegex(user["bucket"], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    def test_it_is_not_cached(self):
        self.assertIsNone(self.nobody.get("/").headers["ETag"])


class Authentication(case.KintoCase):
    def user(self, authorization):
        return self.nobody.get("/", headers={"Authorization": authorization}).json.get("user", {}).get("id")

    def test_the_scheme_has_no_case(self):
        credentials = self.alice.authorization.removeprefix("Basic ")
        for scheme in ["Basic", "basic", "BASIC"]:
            self.assertEqual(self.user(f"{scheme} {credentials}"), self.alice.id)

    def test_what_is_not_recognised_is_anonymous(self):
        name, password = self.alice.name, self.alice.password
        for authorization in [
            wire.basic(name, "wrong"), wire.basic(name, ""), wire.basic("", password), wire.basic("nobody-here", "x"),
            wire.basic(name.upper(), password), wire.basic(name, password + " "), "Basic", "Basic ", "Basic !!!",
                "Basic YQ==",
            "Basic " + "A" * 2000, "Bearer nothing", "Digest username=alice", "nothing",
        ]:
            with self.subTest(authorization):
                self.assertIsNone(self.user(authorization))

    def test_anonymous_is_denied_only_where_it_matters(self):
        bucket = self.bucket(permissions={"read": ["system.Everyone"]})
        headers = {"Authorization": wire.basic(self.alice.name, "wrong")}
        self.assertStatus(self.nobody.get(bucket, headers=headers), 200)
        self.assertDenied(self.nobody.put(bucket, headers=headers), self.nobody)

    def test_a_password_with_colons_and_other_letters(self):
        name, password = self.target.unique("account"), "a:b::ünï 日本"
        self.assertStatus(self.nobody.put(f"/accounts/{name}", {"data": {"password": password}}), 201)
        self.assertEqual(self.user(wire.basic(name, password)), f"account:{name}")
        self.assertIsNone(self.user(wire.basic(name, "a")))


class Principals(case.KintoCase):
    def principals(self, client):
        return set(client.get("/").json.get("user", {}).get("principals", []))

    def test_groups(self):
        bucket = self.bucket()
        crew, all_hands = bucket + "/groups/crew", bucket + "/groups/all"
        self.alice.put(crew, {"data": {"members": [self.bob.id]}})
        self.alice.put(all_hands, {"data": {"members": ["system.Authenticated"]}})
        self.assertLessEqual({crew, all_hands}, self.principals(self.bob))
        self.assertIn(all_hands, self.principals(self.carol))
        self.assertNotIn(crew, self.principals(self.carol))
        self.alice.patch(crew, {"data": {"members": [self.carol.id]}})
        self.assertNotIn(crew, self.principals(self.bob))
        self.assertIn(crew, self.principals(self.carol))
        self.alice.delete(crew)
        self.assertNotIn(crew, self.principals(self.carol))
        self.alice.delete(bucket + "/groups")
        self.assertNotIn(all_hands, self.principals(self.carol))

    def test_anonymous_is_in_no_group(self):
        bucket = self.bucket()
        self.alice.put(bucket + "/groups/all", {"data": {"members": ["system.Authenticated"]}})
        self.alice.patch(bucket, {"permissions": {"read": [bucket + "/groups/all"]}})
        self.assertStatus(self.bob.get(bucket), 200)
        self.assertDenied(self.nobody.get(bucket), self.nobody)

    def test_membership_is_not_handed_on(self):
        """A group is no member of another one, not even by the name of its principal."""
        bucket = self.bucket()
        crew = bucket + "/groups/crew"
        self.alice.put(crew, {"data": {"members": [self.bob.id]}})
        self.assertInvalid(self.alice.put(bucket + "/groups/more", {"data": {"members": [crew]}}))

    def test_the_groups_of_a_deleted_bucket(self):
        bucket = self.bucket()
        crew = bucket + "/groups/crew"
        self.alice.put(crew, {"data": {"members": [self.bob.id]}})
        self.assertIn(crew, self.principals(self.bob))
        self.alice.delete(bucket)
        stays = self.deviation("groups of a deleted bucket", kinto=True, grapnel=False)
        self.assertEqual(crew in self.principals(self.bob), stays)
        # Whoever makes a group of the same name later gives no rights to those who were in it before.
        self.assertStatus(self.alice.put(bucket, {"permissions": {"read": [crew]}}), 201)
        self.assertStatus(self.alice.put(crew, {"data": {"members": []}}), 201)
        if self.target.is_grapnel:
            self.assertDenied(self.bob.get(bucket))
        self.addCleanup(self.alice.delete, bucket)

    def test_any_text_may_be_named(self):
        names = ["account:nobody", "basicauth:abc", "system.Unknown", "ünï 日本", "a b", "/buckets/none/groups/none"]
        bucket = self.bucket(permissions={"read": names})
        self.assertEqual(set(self.alice.get(bucket).permissions["read"]), set(names))
