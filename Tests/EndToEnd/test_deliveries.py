"""A signed delivery is taken once, also by a server that was killed or stopped and started anew in between."""

import concurrent.futures
import hashlib
import hmac
import json
import unittest

from harness import ServerCase

SECRET = "a secret of both sides"
SIGNED = "runtime: bash\nentry: main.sh\nendpoint: {signature: {scheme: github, secret: KEY}}\n"


class Deliveries(ServerCase):
    hooks = {
        "signed": {"hook.yaml": SIGNED, "main.sh": "echo taken\n"},
        "fails": {"hook.yaml": SIGNED, "main.sh": "exit 1\n"},
    }

    def setUp(self):
        answer = self.server.request("PUT", "/api/v1/env/KEY", {"value": SECRET, "secret": True})
        self.assertEqual(answer.status, 200, answer)

    def deliver(self, name, hook="signed", query=""):
        body = json.dumps({"delivery": name}).encode()
        code = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json", "X-GitHub-Delivery": name, "X-Hub-Signature-256": f"sha256={code}"}
        return self.server.post(f"/main/{hook}{query}", body, headers=headers, key=None)

    def test_once_over_restarts(self):
        for name, query, end in [("a", "", self.server.crash), ("b", "", self.server.stop), ("c", "?_async=1", self.server.crash)]:
            with self.subTest(name=name):
                first = self.deliver(name, query=query)
                self.assertIn(first.status, (200, 202), first)
                end()
                self.server.start()
                again = self.deliver(name, query=query)
                self.assertEqual((again.status, again.problem["field"]), (409, "X-GitHub-Delivery"))
        self.assertEqual(self.deliver("d").text, "taken\n")

    def test_what_failed_may_come_again(self):
        for _ in range(2):
            self.assertEqual(self.deliver("e", hook="fails").status, 502)
        self.assertEqual(len(self.server.runs(hook="fails")), 2)

    def test_once_of_many_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = sorted(answer.status for answer in pool.map(lambda _: self.deliver("f"), range(16)))
        self.assertEqual(statuses, [200] + [409] * 15)


if __name__ == "__main__":
    unittest.main()
