"""Clients that cost more than they should: five hundred slow ones at once, bodies without end, payloads that nobody reads."""

import contextlib
import http.client
import socket
import struct
import threading
import unittest

import harness
from harness import OpenRequest, ServerCase, eventually

SLOW = 500
BLOCK = b"x" * (1 << 20)
#: How much the server may grow while it streams: what is under way at once is far less.
ROOM = 48 << 20


def resident(server):
    return harness.read_status(server.pid)["rss"]


class SlowClients(ServerCase):
    hooks = {
        "reader": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {timeout: 120s}\nendpoint: {deadline: 120s}\n",
            "main.sh": "cat > /dev/null\n",
        },
    }

    def test_one_byte_at_a_time(self):  # 38
        """Heads, bodies that are read whole and bodies that are streamed, a byte now and then."""
        server = self.server
        before = harness.read_status(server.pid)["threads"]
        head = f"POST /main/reader HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {server.key}\r\n"
        beginnings = (
            "GET /main/inno", "POST /main/reader HTTP/1.1\r\nHost: te", f"{head}X-Slow: ",
            f"{head}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{",
            f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{{",
            f"{head}Content-Length: 100000\r\n\r\nx", f"{head}Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        )
        with contextlib.ExitStack() as stack:
            waiting = set()
            for number in range(SLOW):
                connection = stack.enter_context(server.raw(beginnings[number % len(beginnings)]))
                connection.setblocking(False)
                waiting.add(connection)

            def drip():
                for connection in list(waiting):
                    try:
                        connection.send(b"x")
                        if connection.recv(65536) == b"":
                            waiting.discard(connection)
                    except BlockingIOError:
                        pass
                    except OSError:
                        waiting.discard(connection)
                return not waiting

            for _ in range(10):
                drip()
                self.assert_innocent()
            status = harness.read_status(server.pid)
            self.assertLess(status["threads"], before + 16, "no thread waits for a slow client")
            eventually(drip, 120, "the end of all slow connections", every=1)
        eventually(lambda: not server.runs(status="running"), what="the end of the runs that took the slow bodies")
        self.assert_innocent()


class Bodies(ServerCase):
    SIZE = 128 << 20
    hooks = {
        "through": {
            "hook.yaml": "runtime: executable\nentry: main\nendpoint: {stream: true, deadline: 300s}\n"
                         "limits: {output: 2GiB, timeout: 300s}\n",
            "main": "#!/bin/sh\nexec cat\n",
        },
        "sleeper": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {timeout: 300s}\nendpoint: {deadline: 300s}\n",
            "main.sh": "read -r -N 3 word\nread -r more < /dev/null\nsleep 600\n",
        },
    }

    def test_a_large_body_through_a_hook(self):
        """In at one end, out at the other, and the server grows no more than for a small one."""
        server = self.server
        with OpenRequest(server, "/main/through") as request:
            request.send(BLOCK)
            response = request.response()
            self.assertEqual(len(response.read(len(BLOCK))), len(BLOCK))
            before = resident(server)

            def send():
                for _ in range((self.SIZE >> 20) - 1):
                    request.send(BLOCK)
                request.finish()

            sender = threading.Thread(target=send)
            sender.start()
            received, highest = len(BLOCK), 0
            while part := response.read(1 << 20):
                received += len(part)
                if received % (16 << 20) < len(part):
                    highest = max(highest, resident(server))
            sender.join()
        self.assertEqual(received, self.SIZE)
        self.assertLess(highest - before, ROOM)
        trace = self.assert_trace(response.headers["Grapnel-Run"], "succeeded")
        self.assertEqual((trace["bytes_in"], trace["bytes_out"]), (self.SIZE, self.SIZE))

    def test_a_payload_that_nobody_reads(self):  # 38
        """Backpressure: what the hook does not take stays with the client, until the run's end."""
        server = self.server
        before = resident(server)
        with OpenRequest(server, "/main/sleeper") as request:
            request.socket.settimeout(2)
            sent = 0
            with self.assertRaises((TimeoutError, socket.timeout)):
                for _ in range(256):
                    request.send(BLOCK)
                    sent += len(BLOCK)
            self.assertLess(sent, 64 << 20)
            self.assertLess(resident(server) - before, ROOM)
            run = eventually(lambda: next(iter(server.runs(hook="sleeper", status="running")), None), what="the run")
            self.assert_innocent()
            # A plain end would stay behind what the server does not read, until the run's time is over; this one does not.
            request.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.assert_trace(run["id"], "cancelled", "caller")

    def test_ten_gigabytes_are_announced(self):  # 38
        with self.server.raw(
            f"POST /main/through HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {self.server.key}\r\n"
            f"Content-Length: {10 << 30}\r\n\r\n"
        ) as connection:
            response = http.client.HTTPResponse(connection)
            response.begin()
            self.assertEqual(response.status, 413)
        self.assertEqual(self.server.runs(hook="through", status="running"), [])


if __name__ == "__main__":
    unittest.main()
