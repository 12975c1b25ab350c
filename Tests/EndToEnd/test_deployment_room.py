"""Bodies with files of hooks have a bound in common: what goes beyond it is refused at once, and nothing hangs."""

import base64
import http.client
import json
import select
import socket
import unittest

from harness import PATIENCE, ServerCase, eventually

LIMIT = 64 << 10
# The server takes twice the limit at once; three of these do not fit into it, two do.
PART = 60 << 10


class HalfSent:
    """A deployment of which all but the last bytes are sent."""

    def __init__(self, server, name):
        self.name = name
        text = "echo deployed\n" + "#" * 40_000 + "\n"
        self.body = json.dumps(
            {"files": [{"path": f"{name}.sh", "content": base64.b64encode(text.encode()).decode()}]}).encode()
        self.body += b" " * (LIMIT - len(self.body))
        self.socket = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        self.socket.sendall((
            f"POST /api/v1/hooks/{name}/deployments HTTP/1.1\r\nHost: test\r\n"
            f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n").encode())
        self.socket.sendall(self.body[:PART])

    def finish(self):
        self.socket.sendall(self.body[PART:])

    def answer(self):
        response = http.client.HTTPResponse(self.socket, method="POST")
        response.begin()
        return response.status, dict(response.headers.items()), json.loads(response.read())


class DeploymentRoom(ServerCase):
    options = {"config": f"http: {{deployment: {LIMIT}}}\n"}

    def test_only_so_much_is_held_at_once(self):
        server = self.server
        half_sent = [HalfSent(server, f"big{number}") for number in range(3)]
        self.addCleanup(lambda: [each.socket.close() for each in half_sent])

        # Whichever of them is read last is refused; the others wait for the rest of their bodies.
        ready, _, _ = select.select([each.socket for each in half_sent], [], [], PATIENCE)
        self.assertEqual(len(ready), 1, "one of three deployments is refused before it is whole")
        refused = next(each for each in half_sent if each.socket is ready[0])
        status, headers, body = refused.answer()
        self.assertEqual((status, body["error"]["code"]), (429, "too_many"), body)
        self.assertEqual(headers["Retry-After"], "2")

        others = [each for each in half_sent if each is not refused]
        for each in others:
            each.finish()
            status, _, body = each.answer()
            self.assertEqual(status, 200, body)
            self.assertTrue(body["changed"], body)

        # The room of all three is free again: two that fill it are taken.
        again = [HalfSent(server, f"late{number}") for number in range(2)]
        self.addCleanup(lambda: [each.socket.close() for each in again])
        for each in again:
            each.finish()
            status, _, body = each.answer()
            self.assertEqual(status, 200, body)
        self.assertEqual(server.get(f"/api/v1/hooks/{refused.name}").status, 404, "a refused one changes nothing")

    def test_a_body_that_is_too_long_is_refused_whatever_else_goes_on(self):
        answer = self.server.post("/api/v1/hooks/big/deployments", b"x" * (LIMIT + 1))
        self.assertEqual((answer.status, answer.problem["code"]), (413, "too_large"), answer)

    def test_a_client_that_hangs_up_gives_its_room_back(self):
        server = self.server
        for number in range(2):
            HalfSent(server, f"gone{number}").socket.close()

        def both_are_taken():
            two = [HalfSent(server, f"after{number}") for number in range(2)]
            try:
                ready, _, _ = select.select([each.socket for each in two], [], [], 0.2)
                if ready:
                    return False
                for each in two:
                    each.finish()
                return [each.answer()[0] for each in two] == [200, 200]
            finally:
                for each in two:
                    each.socket.close()

        eventually(both_are_taken, what="the room of those that hung up")


if __name__ == "__main__":
    unittest.main()
