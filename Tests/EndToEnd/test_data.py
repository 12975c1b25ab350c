"""Data at /v1 beside all the rest: who gets in, what keys may do there, and that what was acknowledged is kept.

The protocol itself has a suite of its own, in Tests/Kinto."""

import base64
import unittest

from harness import ServerCase


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


class Data(ServerCase):
    """A server whose configuration says nothing of data: registration is closed."""

    def ask(self, method, path, body=None, *, key=None, user=None, headers=None):
        """A request with a key's secret, or as a user; with neither it is nobody's."""
        headers = dict(headers or {}) | (basic(*user) if user else {})
        return self.server.request(method, "/v1" + path, body, headers=headers, key=key)

    @property
    def admin(self):
        return self.server.key

    def account(self, name):
        """Makes an account as an operator does."""
        password = f"the password of {name}"
        answer = self.ask("PUT", f"/accounts/{name}", {"data": {"password": password}}, key=self.admin)
        self.assertEqual(answer.status, 201, answer)
        self.assertNotIn("password", answer.json()["data"])
        return name, password

    def make_key(self, role, instance=None):
        body = {"name": f"{role} of the test", "role": role} | ({"instance": instance} if instance else {})
        answer = self.server.post("/api/v1/keys", body)
        self.assertEqual(answer.status, 201, answer)
        return answer.json()["secret"]

    def assertRefused(self, answer, status, errno):
        self.assertEqual((answer.status, answer.json().get("errno")), (status, errno), answer)

    def test_accounts_are_made_by_the_operator(self):
        answer = self.ask("PUT", "/accounts/stranger", {"data": {"password": "x"}})
        self.assertRefused(answer, 401, 104)
        user = self.account("ada")
        self.assertEqual(self.ask("GET", "/", user=user).json()["user"]["id"], "account:ada")
        self.assertNotIn("user", self.ask("GET", "/", user=("ada", "wrong")).json())

    def test_the_bucket_of_an_instance_is_shared_by_permissions(self):
        user = self.account("grace")
        self.assertRefused(self.ask("GET", "/buckets/main", user=user), 403, 121)
        self.assertRefused(self.ask("GET", "/buckets/main"), 401, 104)
        permissions = {"permissions": {"collection:create": ["account:grace"]}}
        self.assertEqual(self.ask("PATCH", "/buckets/main", permissions, key=self.admin).status, 200)
        self.assertEqual(self.ask("PUT", "/buckets/main/collections/books", {}, user=user).status, 201)
        records = "/buckets/main/collections/books/records"
        self.assertEqual(self.ask("POST", records, {"data": {"title": "Tides"}}, user=user).status, 201)
        found = self.ask("GET", records + "?title=Tides", user=user).json()["data"]
        self.assertEqual([record["title"] for record in found], ["Tides"])
        # Rights on data are no rights on anything else.
        self.assertEqual(self.server.request("GET", "/api/v1/hooks", headers=basic(*user), key=None).status, 401)
        self.assertEqual(self.server.request("GET", "/main/innocent", headers=basic(*user), key=None).status, 401)

    def test_keys_do_what_their_roles_say(self):
        self.ask("PUT", "/buckets/main/collections/keyed", {}, key=self.admin)
        path = "/buckets/main/collections/keyed/records/r"
        self.assertEqual(self.ask("PUT", path, {"data": {"n": 1}}, key=self.make_key("editor", "main")).status, 201)
        self.assertEqual(self.ask("GET", path, key=self.make_key("viewer", "main")).json()["data"]["n"], 1)
        self.assertRefused(self.ask("PUT", path, {}, key=self.make_key("viewer", "main")), 403, 121)
        self.assertRefused(self.ask("GET", path, key=self.make_key("invoker", "main")), 403, 121)
        self.assertEqual(self.ask("GET", path, key=self.make_key("viewer")).status, 200)
        answer = self.server.post("/api/v1/instances", {"name": "elsewhere"})
        self.assertEqual(answer.status, 201, answer)
        self.assertRefused(self.ask("GET", path, key=self.make_key("admin", "elsewhere")), 403, 121)
        self.assertEqual(self.ask("GET", "/buckets/elsewhere", key=self.make_key("admin", "elsewhere")).status, 200)

    def test_the_bucket_of_an_instance_stays(self):
        self.assertEqual(self.ask("DELETE", "/buckets/main", key=self.admin).status, 409)
        self.assertEqual(self.ask("GET", "/buckets/main", key=self.admin).status, 200)

    def test_what_was_acknowledged_is_kept(self):
        records = "/buckets/main/collections/kept/records"
        self.ask("PUT", "/buckets/main/collections/kept", {}, key=self.admin)
        made = [self.ask("POST", records, {"data": {"n": n}}, key=self.admin).json()["data"] for n in range(20)]
        listed = self.ask("GET", records, key=self.admin)
        self.server.crash()
        self.server.start()
        self.server.deployed("innocent")
        again = self.ask("GET", records, key=self.admin)
        self.assertEqual(again.json(), listed.json())
        self.assertEqual(again.headers["ETag"], listed.headers["ETag"])
        self.assertEqual({record["id"] for record in made}, {record["id"] for record in again.json()["data"]})

    def test_it_is_no_hook_and_counted_apart(self):
        self.assertEqual(self.ask("GET", "/__lbheartbeat__").json(), {})
        self.assertRefused(self.ask("GET", "/innocent"), 404, 111)
        self.assertEqual(self.ask("POST", "/__flush__").status, 404)
        metrics = self.server.get("/metrics").text
        self.assertIn('grapnel_http_requests_total{door="data",class="2xx"}', metrics)


if __name__ == "__main__":
    unittest.main()
