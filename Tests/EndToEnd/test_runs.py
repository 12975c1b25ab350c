"""The life of runs through the real server: waiting, ending, surviving, streaming, and hooks that change meanwhile."""

import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

import harness
from harness import OpenRequest, Server, ServerCase, eventually

# Goes on until its input ends: with an open request body it goes on until the test says so.
UNTIL_INPUT_ENDS = """
    import sys

    print("begun", file=sys.stderr, flush=True)
    sys.stdin.buffer.read()
    print("done")
"""
SLEEPER = {"main": "#!/bin/sh\nexec sleep 600\n"}


def sleeper(limits="timeout: 600s", endpoint=""):
    text = f"runtime: executable\nentry: main\nlimits: {{{limits}}}\n"
    return SLEEPER | {"hook.yaml": text + (f"endpoint: {{{endpoint}}}\n" if endpoint else "")}


def read_chunk(response):
    """What has come of the body, at least one byte unless it has ended."""
    return response.read1(65536)


class Asynchronous(ServerCase):
    hooks = {
        "quick.py": "def handler(payload):\n    return {'got': payload}\n",
        "deadline": {
            "hook.yaml": """
                runtime: python
                entry: main.py
                endpoint: {deadline: 200ms}
                limits: {timeout: 30s}
            """,
            "main.py": "import time\ntime.sleep(1)\nprint('late')\n",
        },
        "sleeper": sleeper(),
    }

    def test_accepted(self):
        for path, headers in (("/main/quick?_async=1", {}), ("/main/quick", {"Prefer": "respond-async"})):
            with self.subTest(path):
                answer = self.server.post(path, {"n": 1}, headers=headers)
                self.assertEqual(answer.status, 202, answer)
                self.assertEqual(answer.headers["Location"], f"/api/v1/runs/{answer.run}")
                trace = self.server.ended(answer.run)
                self.assertEqual(trace["status"], "succeeded", trace)
                self.assertTrue(trace["async"])
                self.assertEqual(trace["bodies"]["result"], {"got": {"n": 1}})
                self.assertEqual(self.server.get(answer.headers["Location"]).json()["id"], answer.run)
                for name in ("queued_at", "started_at", "ended_at", "cpu_ms", "peak_memory_bytes", "bytes_in", "bytes_out"):
                    self.assertIn(name, trace)
                self.assertEqual(trace["cause"]["kind"], "http")

    def test_deadline(self):
        answer = self.server.call("deadline")
        self.assertEqual(answer.status, 202, answer)
        self.assertEqual(answer.headers["Location"], f"/api/v1/runs/{answer.run}")
        trace = self.server.ended(answer.run)
        self.assertEqual((trace["status"], trace["bodies"]["output"]["text"]), ("succeeded", "late\n"), trace)

    def test_cancel(self):
        run = self.server.submit("sleeper")
        self.server.running(run)
        answer = self.server.post(f"/api/v1/runs/{run}/cancel")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json()["status"], "cancelled")
        self.assert_trace(run, "cancelled", "cancelled")
        again = self.server.post(f"/api/v1/runs/{run}/cancel")
        self.assertEqual(again.status, 409, again)

    def test_cancel_by_command(self):
        run = self.server.submit("sleeper")
        self.server.running(run)
        result = self.server.cli("traces", "cancel", run)
        self.assertEqual(result.returncode, 0, result)
        self.assert_trace(run, "cancelled", "cancelled")

    def test_manual_run(self):
        answer = self.server.post("/api/v1/hooks/quick/runs?instance=main", {"payload": {"n": 2}, "async": False})
        self.assertEqual(answer.status, 200, answer)
        trace = answer.json()
        self.assertEqual((trace["status"], trace["cause"]["kind"]), ("succeeded", "manual"), trace)
        self.assertEqual(trace["bodies"]["result"], {"got": {"n": 2}})
        answer = self.server.post("/api/v1/hooks/quick/runs?instance=main", {"payload": 3, "async": True})
        self.assertEqual(answer.status, 202, answer)
        self.assertEqual(self.server.ended(answer.json()["id"])["bodies"]["result"], {"got": 3})

    def test_list(self):
        ids = [self.server.submit("quick", {"n": number}) for number in range(5)]
        for run in ids:
            self.server.ended(run)
        page = self.server.get("/api/v1/runs?instance=main&hook=quick&status=succeeded&limit=3").json()
        self.assertEqual(len(page["items"]), 3)
        self.assertNotIn("bodies", page["items"][0])
        seen, cursor = [item["id"] for item in page["items"]], page["next_cursor"]
        while cursor:
            page = self.server.get(f"/api/v1/runs?instance=main&hook=quick&limit=3&cursor={cursor}").json()
            seen += [item["id"] for item in page["items"]]
            cursor = page.get("next_cursor")
        self.assertEqual(len(seen), len(set(seen)))
        self.assertLessEqual(set(ids), set(seen))
        serials = [self.server.trace(run)["serial"] for run in seen]
        self.assertEqual(serials, sorted(serials, reverse=True))


class Survival(ServerCase):
    hooks = {
        "quick": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {queue: 1000}\n",
            "main.sh": "echo done\n",
        },
        "one-at-a-time": {
            "hook.yaml": "runtime: python\nentry: main.py\nlimits: {concurrency: 1, queue: 100, timeout: 600s}\n",
            "main.py": """
                import signal


                def handler(payload):
                    if payload.get("block"):
                        signal.pause()
                    return payload
            """,
        },
    }

    def test_crash(self):
        server = self.server
        blocker = server.submit("one-at-a-time", {"block": True})
        server.running(blocker)
        owed = [server.submit("one-at-a-time", {"number": number}) for number in range(8)]
        below = harness.descendants(server.pid)
        self.assertTrue(below)
        server.crash()
        # The launcher learns of it by its socket, and ends everything.
        eventually(lambda: not (set(below) & set(harness.processes())), 10, "the end of the first life's processes")
        server.start()
        trace = self.assert_trace(blocker, "lost", "host")
        for number, run in enumerate(owed):
            done = server.ended(run)
            self.assertEqual((done["status"], done["bodies"]["result"]), ("succeeded", {"number": number}), done)
            self.assertEqual(done["attempt"], 1, done)
        server.crash()
        server.start()
        self.assertEqual(server.trace(blocker), trace, "closed once, and never touched again")
        runs = {run["id"]: run["status"] for run in server.runs(hook="one-at-a-time", limit=100)}
        self.assertEqual({run: runs[run] for run in [blocker, *owed]}, {blocker: "lost"} | dict.fromkeys(owed, "succeeded"))
        self.assert_innocent()

    def test_books_balance(self):
        """Killed again and again while promises are made: each one is kept, or closed as lost, once."""
        server = self.server
        promised = []
        for round_number in range(4):
            before = len(promised)

            def promise():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    while True:
                        answer = server.post("/main/quick?_async=1", {"number": len(promised)})
                        if answer.status == 202:
                            promised.append(answer.run)

            callers = [threading.Thread(target=promise) for _ in range(4)]
            for caller in callers:
                caller.start()
            eventually(lambda: len(promised) > before + 10 + 7 * round_number, what="some promises")
            server.crash()
            for caller in callers:
                caller.join()
            server.start()
        self.assertEqual(len(set(promised)), len(promised))
        ends = {}
        for run in promised:
            trace = server.ended(run)
            ends.setdefault(trace["status"], []).append(trace)
            self.assertEqual(trace["attempt"], 1, trace)
        self.assertLessEqual(set(ends), {"succeeded", "lost"}, {status: len(runs) for status, runs in ends.items()})
        self.assertTrue(ends["succeeded"])
        serials = [run["serial"] for run in self.all_runs()]
        self.assertEqual(len(serials), len(set(serials)))

    def all_runs(self):
        found, cursor = [], None
        while True:
            page = self.server.get(
                "/api/v1/runs?instance=main&limit=100" + (f"&cursor={cursor}" if cursor else "")).json()
            found += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return found

    def test_stop(self):
        """An orderly stop: promises stay, what goes on is given time and then ended with its reason."""
        server = self.server
        blocker = server.submit("one-at-a-time", {"block": True})
        server.running(blocker)
        owed = server.submit("one-at-a-time", {"after": True})
        self.assertEqual(server.stop(), 0, server.log())
        server.start()
        self.assert_trace(blocker, "cancelled", "host")
        self.assertEqual(server.ended(owed)["status"], "succeeded")


class LauncherDeath(unittest.TestCase):
    """The launcher and the server know of each other's death; neither goes on without the other."""

    def test_launcher_dies(self):
        harness.require_binary()
        server = Server({"sleeper": sleeper()})
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        server.start()
        run = eventually(lambda: server.post("/main/sleeper?_async=1", {}).run, what="the hook")
        server.running(run)
        below = set(harness.descendants(server.pid))
        os.kill(server.launcher, signal.SIGKILL)
        self.assertNotEqual(server.process.wait(harness.PATIENCE), 0)
        self.assertIn("launcher", server.log())
        # Nothing that the run started outlives it.
        eventually(lambda: not (below & set(harness.processes())), 10, "the end of all processes of the run")
        server.process = None
        server.start()
        self.assertEqual(server.ended(run)["status"], "lost")
        names, below = harness.own_cgroups(server), set(harness.descendants(server.pid))
        self.assertEqual(server.stop(), 0)
        # The launcher may tidy up a moment longer than the server.
        eventually(lambda: not (below & set(harness.processes())), 10, "the end of the launcher")
        self.assertFalse(harness.cgroups_named(names))


class Queueing(ServerCase):
    hooks = {
        "narrow": {
            "hook.yaml": "runtime: python\nentry: main.py\nlimits: {concurrency: 1, queue: 1, timeout: 60s}\n",
            "main.py": UNTIL_INPUT_ENDS,
        },
        "sleeper": sleeper(),
    }

    def test_bound(self):
        """One goes on, one waits, and one is refused at once."""
        server = self.server
        answers = []
        with OpenRequest(server, "/main/narrow") as first:
            eventually(lambda: server.runs(hook="narrow", status="running"), what="the first run")
            callers = [
                threading.Thread(target=lambda: answers.append(server.post("/main/narrow", b"more"))) for _ in range(2)
            ]
            for caller in callers:
                caller.start()
            refused = eventually(lambda: answers, what="a refusal")[0]
            self.assertEqual(refused.status, 429, refused)
            self.assertGreaterEqual(int(refused.headers["Retry-After"]), 1)
            self.assertEqual((refused.problem["code"], refused.problem["field"]), ("too_many", "limits.queue"))
            self.assertEqual(len(answers), 1)
            first.finish()
            self.assertEqual(first.response().read(), b"done\n")
        for caller in callers:
            caller.join()
        self.assertEqual((answers[1].status, answers[1].body), (200, b"done\n"), answers)
        self.assert_innocent()

    def test_hanging_up(self):
        server = self.server
        with server.raw(
            f"GET /main/sleeper HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {server.key}\r\n\r\n"
        ):
            run = eventually(lambda: server.runs(hook="sleeper", status="running"), what="the run")[0]["id"]
        self.assert_trace(run, "cancelled", "caller")
        eventually(lambda: not harness.run_processes(server), 10, "the end of its processes")
        self.assert_innocent()

    def test_hanging_up_while_sending(self):
        server = self.server
        with OpenRequest(server, "/main/narrow") as request:
            request.send(b"half of it")
            run = eventually(lambda: server.runs(hook="narrow", status="running"), what="the run")[0]["id"]
        self.assert_trace(run, "cancelled", "caller")
        self.assert_innocent()

    def test_manual_start_is_bounded_too(self):
        server = self.server
        with OpenRequest(server, "/main/narrow") as first:
            eventually(lambda: server.runs(hook="narrow", status="running"), what="the first run")
            self.assertEqual(server.post("/main/narrow?_async=1", {}).status, 202)
            self.assertEqual(server.post("/main/narrow?_async=1", {}).status, 429)
            first.finish()
            first.response().read()
        eventually(lambda: not server.runs(hook="narrow", status="queued"), what="the end of the queue")


class Streaming(ServerCase):
    hooks = {
        "echo-lines": {
            "hook.yaml": """
                runtime: python
                entry: main.py
                endpoint: {stream: true}
            """,
            "main.py": """
                import sys

                for line in iter(sys.stdin.buffer.readline, b""):
                    sys.stdout.buffer.write(b"echo " + line)
                    sys.stdout.buffer.flush()
            """,
        },
        "cat": {
            "hook.yaml": """
                runtime: bash
                entry: main.sh
                endpoint: {stream: true, deadline: 300s}
                limits: {output: 80MiB, timeout: 300s}
            """,
            "main.sh": "exec cat\n",
        },
        "flusher.py": """
            import sys
            import grapnel

            grapnel.respond(status=201, headers={"X-Early": "yes"})
            print("first", flush=True)
            grapnel.flush()
            sys.stdin.buffer.read()
            grapnel.trailers({"X-Sum": "42"})
            print("last")
        """,
        "one-word.sh": """
            grapnel_status 201
            echo first
            grapnel_flush
            read -r word
            echo "second $word"
        """,
        "one-word-node.js": """
            process.stdout.write('first\\n');
            hook.flush();
            process.stdin.once('data', (data) => {
              process.stdout.write(`second ${data}`, () => process.exit(0));
            });
        """,
        "ignores-input.sh": "echo 'I did not read it'\n",
        "breaks.py": """
            import grapnel

            print("a first part", flush=True)
            grapnel.flush()
            raise SystemExit(3)
        """,
        "pours": {
            "hook.yaml": """
                runtime: executable
                entry: main
                endpoint: {stream: true, deadline: 60s}
                limits: {output: 1GiB, timeout: 60s}
            """,
            "main": "#!/bin/sh\nexec head -c 200000000 /dev/zero\n",
        },
    }

    def test_both_ways(self):
        with OpenRequest(self.server, "/main/echo-lines") as request:
            request.send(b"one\n")
            response = request.response()
            self.assertEqual(response.status, 200)
            self.assertEqual(read_chunk(response), b"echo one\n")
            request.send(b"two\n")
            self.assertEqual(read_chunk(response), b"echo two\n")
            request.finish()
            self.assertEqual(response.read(), b"")
        self.assert_trace(response.headers["Grapnel-Run"], "succeeded")

    def test_flush_and_trailers(self):
        with OpenRequest(self.server, "/main/flusher", {"TE": "trailers"}) as request:
            response = request.response()
            self.assertEqual((response.status, response.headers["X-Early"]), (201, "yes"))
            self.assertEqual(read_chunk(response), b"first\n")
            request.finish()
            rest = b""
            while part := request.socket.recv(65536):
                rest += part
        self.assertIn(b"last\n", rest)
        self.assertIn(b"x-sum: 42", rest.lower(), "the trailer")
        self.assertEqual(self.server.ended(response.headers["Grapnel-Run"])["bodies"]["response"]["trailers"],
                         [{"name": "X-Sum", "value": "42"}])

    def test_end_before_the_input_has_ended(self):
        """A hook that has what it wants ends while its caller still sends: that is its right, and its success."""
        for hook, status in (("one-word", 201), ("one-word-node", 200)):
            for number in range(30):
                with self.subTest(f"{hook} {number}"), OpenRequest(self.server, f"/main/{hook}") as request:
                    response = request.response()
                    self.assertEqual(response.status, status)
                    self.assertEqual(read_chunk(response), b"first\n")
                    request.send(b"go\n")
                    self.assertEqual(read_chunk(response), b"second go\n")
                    with contextlib.suppress(ConnectionError):
                        request.finish()
                    self.assertEqual(response.read(), b"")
                    self.assert_trace(response.headers["Grapnel-Run"], "succeeded")

    def test_one_connection(self):
        """Request after request on one connection, whatever the one before did with its body."""
        server = self.server
        connection = server.connect()
        connection.auto_open = 0
        connection.connect()
        self.addCleanup(connection.close)
        for method, path, body, status, content in (
            ("GET", "/main/innocent", None, 200, b"innocent\n"), ("HEAD", "/main/innocent", None, 200, b""),
            ("GET", "/main/nowhere", None, 404, None), ("POST", "/main/ignores-input", b"x" * 1000, 200, None),
            ("GET", "/main/innocent", None, 200, b"innocent\n"), ("POST", "/main/echo-lines", b"a\n", 200, b"echo a\n"),
            ("GET", "/healthz", None, 200, None), ("GET", "/main/innocent", None, 200, b"innocent\n"),
        ):
            with self.subTest(f"{method} {path}"):
                answer = server.request(method, path, body, connection=connection)
                self.assertEqual(answer.status, status, answer)
                if content is not None:
                    self.assertEqual(answer.body, content)

    def test_pipelining(self):
        request = f"GET /main/innocent HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {self.server.key}\r\n"
        with self.server.raw(f"{request}\r\n{request}Connection: close\r\n\r\n") as connection:
            data = b""
            while part := connection.recv(65536):
                data += part
        self.assertEqual((data.count(b"HTTP/1.1 200"), data.count(b"innocent\n")), (2, 2), data)

    def test_expectation(self):
        """curl asks before it sends a large body: it must not have to wait until it gives up asking."""
        with self.server.raw(
            f"POST /main/cat HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {self.server.key}\r\nConnection: close\r\n"
            "Content-Type: text/plain\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n", timeout=10
        ) as connection:
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 100 "))
            connection.sendall(b"body")
            data = b""
            while part := connection.recv(65536):
                data += part
        self.assertIn(b"HTTP/1.1 200", data)
        self.assertIn(b"body", data)

    def test_failure_after_the_head(self):
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            self.server.post("/main/breaks", b"")
        self.assert_trace(self.server.last_run("breaks")["id"], "failed", "exit")

    def test_large_body_both_ways(self):
        size, block = 64 << 20, os.urandom(1 << 20)
        sent, received = hashlib.sha256(), hashlib.sha256()
        before = peak = harness.read_status(self.server.pid)["rss"]
        with OpenRequest(self.server, "/main/cat") as request:
            def send():
                for _ in range(size // len(block)):
                    sent.update(block)
                    request.send(block)
                request.finish()

            sender = threading.Thread(target=send)
            sender.start()
            response = request.response()
            self.assertEqual(response.status, 200)
            count = 0
            while part := response.read(1 << 18):
                received.update(part)
                count += len(part)
                peak = max(peak, harness.read_status(self.server.pid)["rss"])
            sender.join()
        self.assertEqual(count, size)
        self.assertEqual(received.hexdigest(), sent.hexdigest())
        self.assertLess(peak - before, 32 << 20, "the server keeps no more of it than a trace")
        trace = self.assert_trace(response.headers["Grapnel-Run"], "succeeded")
        self.assertEqual((trace["bytes_in"], trace["bytes_out"]), (size, size))
        self.assertTrue(trace["bodies"]["input"]["cut"] and trace["bodies"]["output"]["cut"])

    def test_slow_reader(self):
        """A caller that does not read holds the hook back, not the server's memory."""
        before = harness.read_status(self.server.pid)["rss"]
        with self.server.raw(
            f"GET /main/pours HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {self.server.key}\r\n\r\n"
        ) as connection:
            connection.recv(1000)
            run = eventually(lambda: self.server.runs(hook="pours", status="running"), what="the run")[0]["id"]
            processor = []

            def stands_still():
                now = [
                    pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
                    for pid in harness.descendants(self.server.launcher) if pathlib.Path(f"/proc/{pid}").exists()
                ]
                processor.append(now)
                return len(processor) > 10 and processor[-1] == processor[-10]

            eventually(stands_still, 20, "a hook that is held back", every=0.05)
            self.assertLess(harness.read_status(self.server.pid)["rss"] - before, 32 << 20)
            self.assertEqual(self.server.trace(run)["status"], "running")
        self.assert_trace(run, "cancelled", "caller")

    def test_input_that_nobody_reads(self):
        size = 48 << 20
        before = harness.read_status(self.server.pid)["rss"]
        with self.server.raw(
            f"POST /main/ignores-input HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {self.server.key}\r\n"
            f"Content-Type: text/plain\r\nContent-Length: {size}\r\n\r\n"
        ) as connection:
            def flood():
                with contextlib.suppress(OSError):
                    for _ in range(size >> 20):
                        connection.sendall(bytes(1 << 20))

            sender = threading.Thread(target=flood)
            sender.start()
            response = http.client.HTTPResponse(connection)
            response.begin()
            self.assertEqual((response.status, response.read()), (200, b"I did not read it\n"))
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sender.join()
        self.assertLess(harness.read_status(self.server.pid)["rss"] - before, 32 << 20)
        self.assert_innocent()


class Requests(ServerCase):
    hooks = {
        "echo.py": """
            import grapnel


            def handler(payload):
                request = grapnel.request
                return {
                    "payload": payload, "method": request.method, "path": request.path, "query": request.query,
                    "type": request.content_type, "headers": request.headers, "trace": grapnel.env.get("TRACEPARENT"),
                    "run": grapnel.run_id, "cause": grapnel.cause, "hook": grapnel.hook, "instance": grapnel.instance,
                }
        """,
        "declared": {
            "hook.yaml": """
                runtime: bash
                entry: main.sh
                endpoint: {public: true, methods: [GET, POST]}
                parameters:
                  properties:
                    name: {type: string, default: world, maxLength: 8}
                    count: {type: integer, minimum: 1}
                  additionalProperties: true
            """,
            "main.sh": 'echo "$PARAM_NAME $PARAM_COUNT ${PARAM_OTHER-unset} ${PATH}"\n',
        },
        "length.py": "def handler(payload):\n    return len(payload['text'])\n",
        "length.js": None,
        "length-node.js": "module.exports.handler = (payload) => payload.text.length;\n",
        "length-bash.sh": "grapnel_payload | wc -c\n",
        "talker.py": """
            import sys
            import grapnel

            grapnel.log.warning({"a": [1, None]})
            print("a line of standard error", file=sys.stderr, flush=True)
            sys.stdin.buffer.read()
            print("the last line", file=sys.stderr)
        """,
        "caller": {
            "hook.yaml": "runtime: python\nentry: main.py\nscopes: ['hooks.run:echo', 'hooks.run:fails']\n",
            "main.py": """
                import grapnel


                def handler(payload):
                    answers = {}
                    for name in ("echo", "fails", "length", "nowhere"):
                        try:
                            reply = grapnel.call(name, {"from": "caller"})
                            answers[name] = {"status": reply.status, "body": reply.text, "run": reply.run}
                        except grapnel.CallError as error:
                            answers[name] = {"code": error.code}
                    return answers
            """,
        },
        "recursion": {
            "hook.yaml": "runtime: python\nentry: main.py\nscopes: [hooks.run]\nlimits: {concurrency: 100}\n",
            "main.py": """
                import grapnel


                def handler(payload):
                    depth = payload.get("depth", 0) if payload else 0
                    try:
                        return grapnel.call("recursion", {"depth": depth + 1}).json()
                    except grapnel.CallError as error:
                        return {"depth": depth, "code": error.code}
            """,
        },
        "fails.sh": "echo 'partial'; exit 3\n",
        "raises.py": "def handler(payload):\n    raise ValueError('no good')\n",
    }
    hooks.pop("length.js")

    def test_request(self):
        answer = self.server.post("/main/echo/a/b%20c?x=1&y=two", {"z": 3}, headers={"X-Thing": "t"})
        seen = answer.json()
        self.assertEqual((seen["method"], seen["query"]), ("POST", "x=1&y=two"), seen)
        self.assertTrue(seen["path"].startswith("/a/b"), seen)
        self.assertEqual(seen["headers"]["x-thing"], "t")
        self.assertEqual((seen["run"], seen["cause"], seen["hook"], seen["instance"]), (answer.run, "http", "echo", "main"))
        self.assertEqual(seen["payload"]["z"], 3)
        self.assertEqual(self.server.get("/main/echo?name=Ada").json()["payload"], {"name": "Ada"})

    def test_traceparent(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        sent = f"00-{trace}-00f067aa0ba902b7-01"
        answer = self.server.get("/main/echo", headers={"traceparent": sent})
        returned = answer.headers["traceparent"].split("-")
        self.assertEqual((returned[0], returned[1]), ("00", trace))
        self.assertNotEqual(returned[2], "00f067aa0ba902b7")
        self.assertEqual(answer.json()["trace"].split("-")[1], trace)
        self.assertEqual(self.server.trace(answer.run)["request"]["traceparent"].split("-")[1], trace)
        for broken in ("", "00-0-0-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{trace}-00f067aa0ba902b7-01", sent.upper()):
            with self.subTest(broken):
                answer = self.server.get("/main/echo", headers={"traceparent": broken})
                self.assertRegex(answer.headers["traceparent"], "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
                self.assertNotEqual(answer.headers["traceparent"].split("-")[1], trace)

    def test_parameters(self):
        server = self.server
        self.assertTrue(server.get("/main/declared", key=None).text.startswith("world  unset /usr/local/bin"))
        good = server.get("/main/declared?name=Ada&count=3&other=x&PATH=/evil", key=None)
        self.assertTrue(good.text.startswith("Ada 3 unset /usr/local/bin"), good)
        before = server.last_run("declared")["id"]
        for path, payload, field in (
            ("?name=123456789", None, "/name"), ("?count=0", None, "/count"), ("?count=many", None, "/count"),
            ("", {"count": "3"}, "/count"), ("", {"name": 5}, "/name"), ("", {"name": "Ada", "count": 1.5}, "/count"),
        ):
            with self.subTest(path=path, payload=payload):
                answer = server.request("POST" if payload else "GET", f"/main/declared{path}", payload)
                self.assertEqual(answer.status, 400, answer)
                self.assertEqual((answer.problem["code"], answer.problem["field"]), ("invalid", field), answer)
                self.assertTrue(answer.problem.get("rule"), answer)
        answer = server.post("/main/declared", b'{"name": ', headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, 400, answer)
        self.assertEqual(server.last_run("declared")["id"], before, "nothing was started")

    def test_large_payload(self):
        text = "ü" * 150_000
        for hook, expected in (("length", 150_000), ("length-node", 150_000)):
            with self.subTest(hook):
                answer = self.server.call(hook, {"text": text})
                self.assertEqual((answer.status, answer.json()), (200, expected), answer)
        answer = self.server.call("length-bash", {"text": text})
        self.assertGreaterEqual(int(answer.text), 300_000, answer)

    def test_access(self):
        server = self.server
        self.assertEqual(server.get("/main/echo", key=None).status, 401)
        self.assertEqual(server.get("/main/echo", key="grk_" + "x" * 40).status, 401)
        self.assertEqual(server.get("/api/v1/hooks?instance=main", key=None).status, 401)
        self.assertEqual(server.get("/main/nowhere").status, 404)
        self.assertEqual(server.get("/elsewhere/echo").status, 404)
        self.assertEqual(server.request("DELETE", "/main/declared").status, 405)
        self.assertIn("GET", server.request("DELETE", "/main/declared").headers.get("Allow", ""))
        for path in ("/main/..%2f..%2fetc%2fpasswd", "/main/%2e%2e/x", "/main/echo%00", "/..%2fmain/echo", "/main/"):
            with self.subTest(path):
                self.assertIn(server.get(path).status, (400, 404), path)
        self.assertEqual(server.get("/api/v1/runs/..%2f..%2fetc%2fpasswd").status // 100, 4)

    def test_roles(self):
        server = self.server
        made = server.post("/api/v1/keys", {"name": "phone", "role": "invoker", "instance": "main"})
        self.assertIn(made.status, (200, 201), made)
        secret = made.json()["secret"]
        self.assertEqual(server.get("/main/echo", key=secret).status, 200)
        accepted = server.post("/main/echo?_async=1", {}, key=secret)
        self.assertEqual(accepted.status, 202)
        for method, path in (
            ("GET", "/api/v1/keys"), ("GET", "/api/v1/hooks?instance=main"), ("GET", "/api/v1/runs?instance=main"),
            ("GET", "/api/v1/logs?instance=main"), ("POST", f"/api/v1/runs/{accepted.run}/cancel"),
            ("POST", "/api/v1/keys"), ("DELETE", f"/api/v1/keys/{made.json()['id']}"),
        ):
            with self.subTest(f"{method} {path}"):
                self.assertEqual(server.request(method, path, {} if method == "POST" else None, key=secret).status, 403)
        listed = server.get("/api/v1/keys").text
        self.assertNotIn(secret, listed)
        self.assertEqual(server.request("DELETE", f"/api/v1/keys/{made.json()['id']}").status // 100, 2)
        self.assertEqual(server.get("/main/echo", key=secret).status, 401)

    def test_failures(self):
        answer = self.server.call("fails")
        self.assertEqual(answer.status, 502, answer)
        trace = self.assert_trace(answer.run, "failed", "exit")
        self.assertEqual((trace["exit_code"], trace["bodies"]["output"]["text"]), (3, "partial\n"))
        answer = self.server.call("raises", {})
        self.assertEqual(answer.status, 502, answer)
        trace = self.assert_trace(answer.run, "failed", "exception")
        self.assertEqual((trace["failure"]["exception"], trace["failure"]["message"]), ("ValueError", "no good"))
        self.assertIn("main.py" if "main.py" in trace["failure"]["traceback"] else "raises.py", trace["failure"]["traceback"])

    def test_calls(self):
        answer = self.server.call("caller", {})
        self.assertEqual(answer.status, 200, answer)
        replies = answer.json()
        self.assertEqual(replies["echo"]["status"], 200)
        self.assertEqual(json.loads(replies["echo"]["body"])["payload"], {"from": "caller"})
        self.assertEqual(replies["fails"], {"code": "run_failed"})
        self.assertEqual(replies["length"], {"code": "forbidden"})
        self.assertEqual(replies["nowhere"], {"code": "forbidden"})
        cause = self.server.trace(replies["echo"]["run"])["cause"]
        self.assertEqual((cause["kind"], cause["parent"]), ("hook", answer.run))

    def test_recursion(self):
        answer = self.server.call("recursion", {})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json()["code"], "conflict", answer)
        self.assertLessEqual(answer.json()["depth"], 32)

    def test_log_tail(self):
        server = self.server

        def events(connection):
            response = http.client.HTTPResponse(connection)
            response.begin()
            self.assertEqual(response.status, 200)
            self.assertTrue(response.headers["Content-Type"].startswith("text/event-stream"))
            fields = {}
            while line := response.readline():
                text = line.decode().rstrip("\r\n")
                if not text and "data" in fields:
                    yield fields
                    fields = {}
                elif text and not text.startswith(":"):
                    name, _, value = text.partition(":")
                    fields[name] = value.removeprefix(" ")

        def tail(extra=""):
            return server.raw(
                f"GET /api/v1/logs/stream?instance=main&hook=talker HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n"
                f"Authorization: Bearer {server.key}\r\n{extra}\r\n")

        with tail() as connection:
            stream = events(connection)
            with OpenRequest(server, "/main/talker") as request:
                first, second = next(stream), next(stream)
                # Both came while the run went on.
                run = server.runs(hook="talker", status="running")[0]["id"]
                request.finish()
                self.assertEqual(request.response().status, 200)
            third = next(stream)
        messages = [json.loads(event["data"]) for event in (first, second, third)]
        by_stream = {message["stream"]: message for message in messages[:2]}
        self.assertEqual(by_stream["log"]["value"], {"json": {"a": [1, None]}})
        self.assertEqual(by_stream["log"]["level"], "warning")
        self.assertEqual(by_stream["stderr"]["value"], {"json": "a line of standard error"})
        self.assertEqual(messages[2]["value"], {"json": "the last line"})
        self.assertEqual({message["run"] for message in messages}, {run})
        self.assertEqual({event["event"] for event in (first, second, third)}, {"log"})
        with tail(f"Last-Event-ID: {first['id']}\r\n") as connection:
            stream = events(connection)
            self.assertEqual([next(stream)["id"], next(stream)["id"]], [second["id"], third["id"]])


class LiveFolder(ServerCase):
    hooks = {
        "word.sh": "echo one\n",
        "folder": {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "cat data.txt\n", "data.txt": "first\n"},
        "late": {
            "hook.yaml": "runtime: python\nentry: main.py\nlimits: {timeout: 60s}\n",
            "main.py": "import sys\nsys.stdin.buffer.read()\nprint(open('/hook/data.txt').read(), end='')\n",
            "data.txt": "old\n",
        },
    }

    @classmethod
    def settle(cls):
        # Watches come and go with folders; the footprint is taken with what the tests leave in place.
        return super().settle()

    def becomes(self, hook, body, seconds=10):
        begun = time.monotonic()

        def look():
            answer = self.server.get(f"/main/{hook}")
            return answer.status == 200 and answer.body == body

        eventually(look, seconds, f"the new version of {hook}", every=0.005)
        return time.monotonic() - begun

    def test_change_is_live(self):
        # The promise is 300 ms; on a machine that does other things too, one of several changes must keep it.
        delays = []
        for number in range(6):
            self.server.write("word.sh", f"echo change-{number}\n")
            delays.append(self.becomes("word", b"change-%d\n" % number))
        self.assertLessEqual(min(delays), 0.3, delays)
        self.assertLessEqual(max(delays), 3, delays)

    def test_data_file(self):
        self.server.write("folder", {"data.txt": "second\n"})
        self.becomes("folder", b"second\n")
        shown = self.server.get("/api/v1/hooks/folder?instance=main").json()
        self.assertGreaterEqual(shown["version"], 2)

    def test_broken_version(self):
        server = self.server
        server.write("fragile", {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "echo good\n"})
        self.becomes("fragile", b"good\n")
        for number, text in enumerate((
            "runtime: bash\nentry: main.sh\ntimeout: 3s\n", "runtime: [", "runtime: cobol\nentry: main.sh\n",
            "runtime: bash\nentry: ../../../etc/passwd\n", "runtime: bash\nentry: missing.sh\n",
            "runtime: bash\nentry: main.sh\nlimits: {memory: lots}\n",
        )):
            with self.subTest(text):
                server.write("fragile", {"hook.yaml": text})
                # A later change of another hook shows that this one has been looked at.
                server.write("marker.sh", f"echo {number}\n")
                self.becomes("marker", b"%d\n" % number)
                self.assertEqual(server.get("/main/fragile").body, b"good\n")
        self.assertIn("hook.yaml", server.log())
        server.write("fragile", {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "echo better\n"})
        self.becomes("fragile", b"better\n")

    def test_unlink_and_create(self):
        """`git pull` unlinks a file and creates it anew: no request may meet a hook that is not there."""
        server = self.server
        server.write("pulled", {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "echo 0\n"})
        self.becomes("pulled", b"0\n")
        wrong, over = [], threading.Event()

        def ask():
            while not over.is_set():
                answer = server.get("/main/pulled")
                if answer.status != 200:
                    wrong.append(answer)

        asker = threading.Thread(target=ask)
        asker.start()
        try:
            folder = server.hooks / "pulled"
            for number in range(1, 8):
                for name, text in (("main.sh", f"echo {number}\n"), ("hook.yaml", "runtime: bash\nentry: main.sh\n")):
                    (folder / name).unlink()
                    (folder / name).write_text(text)
            self.becomes("pulled", b"7\n")
        finally:
            over.set()
            asker.join()
        self.assertFalse(wrong, wrong[:3])

    def test_run_in_flight_keeps_its_bundle(self):
        server = self.server
        with OpenRequest(server, "/main/late") as request:
            eventually(lambda: server.runs(hook="late", status="running"), what="the run")
            server.write("late", {"data.txt": "new\n"})

            def is_new():
                return server.post("/main/late", b"").body == b"new\n"

            eventually(is_new, 10, "the new version")
            request.finish()
            self.assertEqual(request.response().read(), b"old\n")

    def test_new_removed_and_renamed(self):
        server = self.server
        server.write("passing.sh", "echo here\n")
        self.becomes("passing", b"here\n")
        run = server.get("/main/passing").run
        os.rename(server.hooks / "passing.sh", server.hooks / "passed.sh")
        self.becomes("passed", b"here\n")
        eventually(lambda: server.get("/main/passing").status == 404, 10, "the end of the old name")
        self.assertEqual(server.trace(run)["hook"], "passing", "traces stay")
        (server.hooks / "passed.sh").unlink()
        eventually(lambda: server.get("/main/passed").status == 404, 10, "the end of the hook")
        server.write("folder-that-goes", {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "echo x\n"})
        self.becomes("folder-that-goes", b"x\n")
        shutil.rmtree(server.hooks / "folder-that-goes")
        eventually(lambda: server.get("/main/folder-that-goes").status == 404, 10, "the end of the folder's hook")

    def test_links_out_of_the_folder(self):
        server = self.server
        secret = server.folder.path / "outside.txt"
        secret.write_text("outside\n")
        folder = server.hooks / "linked"
        server.write("linked", {"hook.yaml": "runtime: bash\nentry: main.sh\n", "main.sh": "cat data.txt || echo none\n"})
        os.symlink(secret, folder / "data.txt")
        server.write("marker-of-links.sh", "echo 1\n")
        self.becomes("marker-of-links", b"1\n")
        answer = server.get("/main/linked")
        self.assertNotIn("outside\n", answer.text)


class ManyAtOnce(ServerCase):
    COUNT = 1000
    hooks = {"many": sleeper(f"concurrency: {COUNT}, queue: {COUNT}, timeout: 600s, memory: 16MiB", "deadline: 600s")}

    def test_sleeping_hooks_hold_no_threads(self):
        server = self.server
        request = (
            f"GET /main/many HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {server.key}\r\n\r\n").encode()
        with contextlib.ExitStack() as connections:
            for _ in range(self.COUNT):
                connections.enter_context(server.raw(request, timeout=120))

            def sleeping():
                return sum(status["name"] == "sleep" for status in harness.descendants(server.launcher).values())

            eventually(lambda: sleeping() == self.COUNT, 120, f"{self.COUNT} sleeping hooks", every=0.25)
            threads = {
                name: harness.read_status(pid)["threads"]
                for name, pid in (("server", server.pid), ("launcher", server.launcher))
            }
            self.assertLess(sum(threads.values()), 64, threads)
            self.assert_innocent()
        eventually(lambda: sleeping() == 0, 60, "the end of all of them", every=0.1)
        eventually(
            lambda: not server.runs(hook="many", status="running"), 60, "the record of all of them", every=0.25)
        self.assertEqual(server.runs(hook="many", limit=1)[0]["status"], "cancelled")


class BadClients(ServerCase):
    hooks = {"taker.py": UNTIL_INPUT_ENDS}
    options = {"config": """
        http: {body: 2MiB, buffered_body: 64KiB, connections: 64}
        log: {level: warning}
    """}

    def test_bodies_too_large(self):
        server = self.server
        answer = server.post("/main/taker", b"x" * (65 << 10), headers={"Content-Type": "application/json"})
        self.assertEqual((answer.status, answer.problem["code"]), (413, "too_large"), answer)
        answer = server.post("/main/taker?_async=1", b"x" * (65 << 10))
        self.assertEqual(answer.status, 413, answer)
        with server.raw(
            f"POST /main/taker HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {server.key}\r\n"
            f"Content-Length: {3 << 20}\r\n\r\n"
        ) as connection:
            response = http.client.HTTPResponse(connection)
            response.begin()
            self.assertEqual(response.status, 413)
        with OpenRequest(server, "/main/taker") as request:
            with contextlib.suppress(OSError):
                for _ in range(3):
                    request.send(bytes(1 << 20))
            self.assertEqual(request.response().status, 413)
        self.assert_innocent()

    def test_slow_clients(self):
        """Heads and bodies that come byte by byte are given up in bounded time; nobody else waits for them."""
        server = self.server
        head = f"POST /main/taker HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {server.key}\r\n"
        with contextlib.ExitStack() as stack:
            slow = [
                stack.enter_context(server.raw(data)) for data in
                ["GET /main/inno", "GET /healthz HTTP/1.1\r\nX: ", f"{head}Content-Length: 100000\r\n\r\nx",
                 f"{head}Transfer-Encoding: chunked\r\n\r\n5\r\nab"]
            ]
            closed = set()

            def drip():
                for number, connection in enumerate(slow):
                    if number in closed:
                        continue
                    connection.settimeout(0.05)
                    try:
                        connection.sendall(b"x")
                        if connection.recv(65536) == b"":
                            closed.add(number)
                    except TimeoutError:
                        pass
                    except OSError:
                        closed.add(number)
                return len(closed) == len(slow)

            self.assert_innocent()
            eventually(drip, 60, "the end of all slow connections", every=0.5)
        eventually(lambda: not server.runs(status="running"), what="the end of the runs that took the slow bodies")
        self.assertEqual({run["status"] for run in server.runs(hook="taker", limit=100)} - {"failed", "cancelled"}, set())
        self.assert_innocent()

    def test_nonsense(self):
        for data in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
            b"GET /main/innocent HTTP/1.1\r\n" + b"X: " + b"y" * (80 << 10) + b"\r\n\r\n",
            b"POST /main/taker HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST /main/taker HTTP/1.1\r\nHost: t\r\nContent-Length: -5\r\n\r\n",
            b"GET /main/innocent HTTP/1.1\r\n X: folded\r\n\r\n",
        ):
            with self.subTest(data[:40]):
                with self.server.raw(data, timeout=30) as connection:
                    with contextlib.suppress(ConnectionError):
                        connection.shutdown(socket.SHUT_WR)
                        answer = connection.recv(65536)
                        if answer:
                            self.assertIn(answer.split()[1][:1], b"45", answer)
        self.assert_innocent()


class Doctor(unittest.TestCase):
    def report(self, *arguments, surroundings=(), status=None):
        harness.require_binary()
        folder = harness.Folder()
        self.addCleanup(folder.remove)
        (folder.path / "user.yaml").write_text("sandbox: {level: user}\n")
        (folder.path / "full.yaml").write_text("sandbox: {level: full}\n")
        ended = subprocess.run(
            [*surroundings, str(harness.GRAPNEL), "doctor", "--json", *arguments], cwd=folder.path, timeout=60,
            capture_output=True, text=True, env={
                "PATH": os.environ["PATH"], "GRAPNEL_LAUNCHER": str(harness.LAUNCHER),
                "GRAPNEL_RUNTIMES": str(harness.REPOSITORY / "runtimes")})
        report = json.loads(ended.stdout)
        return report["level"], {each["name"]: each for each in report["checks"] if each["group"] == "sandbox"}

    def test_level_is_that_of_the_configuration(self):
        own = "full" if harness.IS_ROOT else "user"
        self.assertEqual(self.report()[0], own)
        for level in ("user", "full"):
            found, checks = self.report("--config", f"{level}.yaml")
            self.assertEqual(found, level)
            for name in ("pool of networks", "pool of cgroups"):
                self.assertFalse(checks[name]["required"])
            self.assertIn("up to 64", checks["pool of networks"]["detail"])
            self.assertEqual(checks["uids of instances"]["required"], level == "full")
            self.assertTrue(checks["folder of runtimes"]["works"], checks)
            # Level user is tried as the user that the server becomes.
            self.assertEqual(checks["uids of instances"]["works"], harness.IS_ROOT and level == "full")

    @unittest.skipUnless(harness.IS_ROOT, "only root can close /etc")
    def test_closed_etc(self):
        close = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o mode=0700 none /etc && exec "$@"', "sh"]
        _, checks = self.report("--config", "user.yaml", surroundings=close)
        self.assertFalse(checks["/etc"]["works"])
        self.assertIn("not readable", checks["/etc"]["detail"])
        self.assertTrue(checks["/etc"]["required"])


class MissingRuntime(unittest.TestCase):
    def test_missing_interpreter(self):
        harness.require_binary()
        server = Server(harness.INNOCENT | {"snake.py": "print('hiss')\n"})
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        runtimes = server.folder.path / "runtimes"
        shutil.copytree(harness.REPOSITORY / "runtimes", runtimes)
        manifest = runtimes / "python/runtime.yaml"
        manifest.write_text(re.sub("interpreters: .*", "interpreters: [/usr/bin/no-such-python]", manifest.read_text()))
        server.environment["GRAPNEL_RUNTIMES"] = str(runtimes)
        server.start()
        eventually(lambda: server.get("/main/innocent").status == 200, what="the innocent hook")
        server.deployed("snake")
        answer = server.get("/main/snake")
        self.assertEqual(answer.status, 503, answer)
        self.assertIn("python", answer.problem["message"] + answer.problem.get("hint", ""))
        trace = server.ended(answer.run)
        self.assertEqual((trace["status"], trace["failure"]["reason"]), ("blocked", "runtime"), trace)
        self.assertEqual(server.stop(), 0)


class Listening(unittest.TestCase):
    def start(self, *arguments, **options):
        server = Server(harness.INNOCENT, arguments=arguments, **options)
        self.addCleanup(server.folder.remove)
        self.addCleanup(server._kill_quietly)
        return server

    def test_beyond_loopback(self):
        """No listener that others can reach without a key that they can be asked for."""
        server = self.start("--listen", "0.0.0.0:0")
        server.start(wait=False)
        eventually(lambda: (server.data / "server.json").exists() or server.process.poll() is not None, 20, "the start")
        self.assertIsNone(server.process.poll(), server.log())
        # It was the first start: the key was made before the listener.
        server.key = (server.data / "admin.key").read_text().strip()
        server.host = "127.0.0.1"
        server.port = int(json.loads((server.data / "server.json").read_text())["url"].rpartition(":")[2].strip("/"))
        self.assertEqual(server.get("/main/innocent", key=None).status, 401)
        self.assertEqual(server.get("/api/v1/keys", key=None).status, 401)
        eventually(lambda: server.get("/main/innocent").status == 200, what="the innocent hook")
        self.assertEqual(server.stop(), 0)

    def test_two_servers_on_one_folder(self):
        first = self.start()
        first.write("sleeper", sleeper())
        first.start()
        first.deployed("sleeper")
        run = first.submit("sleeper")
        first.running(run)
        second = subprocess.run(
            [str(harness.GRAPNEL), "serve", str(first.hooks), "--data", str(first.data), "--listen", "127.0.0.1:0"],
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, env=os.environ | {
                "GRAPNEL_LAUNCHER": str(harness.LAUNCHER), "GRAPNEL_RUNTIMES": str(harness.REPOSITORY / "runtimes")})
        self.assertEqual(second.returncode, 1, second)
        self.assertIn("another server works on the data folder", second.stderr)
        answer = first.call("innocent")
        self.assertEqual((answer.status, answer.body), (200, b"innocent\n"), answer)
        self.assertEqual(first.trace(run)["status"], "running", "the second server has ended a run of the first")
        # The folder is free again.
        self.assertEqual(first.stop(), 0)
        again = first.start()
        self.assertEqual(again.call("innocent").status, 200)
        self.assertEqual(again.stop(), 0)

    def test_mounts_that_cannot_be(self):
        """What the launcher would refuse is told with the place in the file."""
        many = "".join(f"    - /usr/share/{number}\n" for number in range(33))
        for mounts, line, rule in (
            ("    - /opt/tools\n    - /tmp/tools\n", 4, "/tmp"), ("    - /etc\n", 3, "/etc"), (many, 35, "at most 32"),
            ("    - /usr/../etc\n", 3, ".."), ("    - tools\n", 3, "absolute"), ("    - /runtimes\n", 3, "/runtimes"),
        ):
            with self.subTest(mounts[:40]):
                server = self.start(config="sandbox:\n  mounts:\n" + mounts)
                server.start(wait=False)
                self.assertEqual(server.process.wait(harness.PATIENCE), 2, server.log())
                self.assertIn("sandbox.mounts", server.log())
                self.assertIn(rule, server.log())
                self.assertRegex(server.log(), rf"grapnel\.yaml.*\b{line}\b")

    def test_files_of_the_owner(self):
        server = self.start()
        server.start()
        for name in ("admin.key", "server.secret"):
            self.assertEqual((server.data / name).stat().st_mode & 0o777, 0o600, name)
        self.assertEqual(server.data.stat().st_mode & 0o077 & ~0o011, 0)
        server.stop()
        self.assertFalse((server.data / "server.json").exists(), "no beacon without a server")

    @classmethod
    def setUpClass(cls):
        harness.require_binary()


if __name__ == "__main__":
    unittest.main()
