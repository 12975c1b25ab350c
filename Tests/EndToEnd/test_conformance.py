"""The cases of `runtimes/conformance.json` through the real server, for every runtime that ships."""

import base64
import http.client
import io
import json
import sys
import threading
import unittest

import harness
from harness import OpenRequest, ServerCase

sys.path.append(str(harness.REPOSITORY / "Tests"))
from conformance_suite import folder_of, of_runtime, read_suite  # noqa: E402

RUNTIMES = harness.REPOSITORY / "runtimes"
SUITE = read_suite(RUNTIMES)
NAMES = sorted(path.parent.name for path in RUNTIMES.glob("*/cases"))


def expand(text):
    """The bytes of a text as the suite writes it."""
    if isinstance(text, str):
        return text.encode()
    if "base64" in text:
        return base64.b64decode(text["base64"])
    parts = text.get("prefix", ""), text["repeat"] * text["count"], text.get("suffix", "")
    return "".join(parts).encode()


def expand_values(value):
    """A JSON value, with the long texts in it written out."""
    if isinstance(value, dict):
        if "repeat" in value:
            return expand(value).decode()
        return {name: expand_values(member) for name, member in value.items()}
    return [expand_values(member) for member in value] if isinstance(value, list) else value


def files(folder, definition):
    found = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    endpoint = {"public": True} | definition.get("endpoint", {})
    # YAML reads JSON.
    return found | {"hook.yaml": json.dumps(definition | {"endpoint": endpoint}) + "\n"}


def hooks_of(runtime, more):
    hooks = {}
    for case in SUITE["cases"]:
        if runtime in case["except"]:
            continue
        folder = folder_of(RUNTIMES, runtime, case)
        entry = next(path.name for path in sorted(folder.iterdir()) if path.name.split(".")[0] == "main")
        hooks[case["name"]] = files(folder, {"runtime": runtime, "entry": entry} | more | case.get("hook", {}))
    for name, companion in SUITE["companions"].items():
        definition = {"runtime": companion["runtime"], "entry": companion["entry"]} | companion.get("hook", {})
        if companion["runtime"] == runtime:
            definition |= more
        hooks[name] = {companion["entry"]: companion["source"], "hook.yaml": json.dumps(definition) + "\n"}
    return hooks


class Conformance(ServerCase):
    runtime = None
    #: how its runs are to begin, where that is not by exec
    start = None

    @classmethod
    def setUpClass(cls):
        if cls.runtime == "swift":
            cls.options = {"config": harness.swift_configuration()}
        super().setUpClass()

    @classmethod
    def warm_up(cls):
        # What is compiled takes a while before it is there.
        for name in cls.hooks:
            cls.server.prepared(name)
        super().warm_up()

    def expected(self, value):
        """A value that may differ by runtime."""
        return of_runtime(value, self.runtime, NAMES)

    def exchange(self, case):
        """Status, headers, body and trailers of the case's request."""
        request = case["request"]
        path = f"/main/{case['name']}{request.get('path', '')}"
        if "query" in request:
            path += f"?{request['query']}"
        headers = dict(request.get("headers", {}))
        if "content_type" in request:
            headers["Content-Type"] = request["content_type"]
        if "dialogue" in case:
            return self.converse(case, path, headers)
        if "trailers" in case["expect"]:
            return self.read_raw(request["method"], path, headers)
        body = expand(request["body"]) if "body" in request else None
        if body and len(body) > 1 << 20:
            return self.send_and_read(path, headers, body)
        answer = self.server.request(request["method"], path, body, headers, key=None)
        return answer.status, answer.headers, answer.body, []

    def send_and_read(self, path, headers, body):
        """For a hook that answers while it reads: who only sends first would fill all that lies in between."""
        with OpenRequest(self.server, path, headers) as request:
            def send():
                for begin in range(0, len(body), 1 << 16):
                    request.send(body[begin:begin + (1 << 16)])
                request.finish()

            sender = threading.Thread(target=send)
            sender.start()
            response = request.response()
            received = response.read()
            sender.join()
        return response.status, response.headers, received, []

    def converse(self, case, path, headers):
        body = b""
        with OpenRequest(self.server, path, headers) as request:
            response = None
            for step in case["dialogue"]:
                if "send" in step:
                    request.send(expand(step["send"]))
                    continue
                response = response or request.response()
                wanted, come = expand(step["receive"]), b""
                while len(come) < len(wanted):
                    part = response.read1(len(wanted) - len(come))
                    self.assertTrue(part, f"only {come!r} came instead of {wanted!r}")
                    come += part
                self.assertEqual(come, wanted)
                body += come
            request.finish()
            body += response.read()
        return response.status, response.headers, body, []

    def read_raw(self, method, path, headers):
        fields = {"Host": "test", "Connection": "close", "TE": "trailers"} | headers
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        with self.server.raw(f"{method} {path} HTTP/1.1\r\n{head}\r\n") as connection:
            data = b""
            while part := connection.recv(65536):
                data += part
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        message = http.client.parse_headers(io.BytesIO(b"\r\n".join(lines[1:]) + b"\r\n\r\n"))
        body = b""
        while True:
            size, _, rest = rest.partition(b"\r\n")
            if int(size, 16) == 0:
                break
            body, rest = body + rest[:int(size, 16)], rest[int(size, 16) + 2:]
        trailers = [line.split(": ", 1) for line in rest.decode().split("\r\n") if line]
        return int(lines[0].split()[1]), message, body, trailers

    def check(self, case):
        expect = case["expect"]
        status, headers, body, trailers = self.exchange(case)
        context = f"{status} {dict(headers.items())} {body[:300]!r}"
        if "status" in expect:
            self.assertEqual(status, self.expected(expect["status"]), context)
        for name, value in self.expected(expect.get("headers", [])):
            values = [each.encode("latin-1").decode() for each in headers.get_all(name, [])]
            self.assertIn(value, values, context)
        if "body" in expect:
            self.assertEqual(body, expand(self.expected(expect["body"])))
        if "body_json" in expect:
            self.assertEqual(json.loads(body), self.expected(expect["body_json"]))
        if "trailers" in expect:
            found = [[name.lower(), value] for name, value in trailers]
            for name, value in expect["trailers"]:
                self.assertIn([name.lower(), value], found)
        self.check_trace(case, self.server.ended(headers["Grapnel-Run"]), status)

    def check_trace(self, case, trace, status):
        expect, bodies = case["expect"], trace["bodies"]
        code = self.expected(expect.get("exit_code", 0 if status < 500 else None))
        if code is not None:
            self.assertEqual(trace["exit_code"], code, trace)
        self.assertEqual(trace["status"], "succeeded" if status < 500 else "failed", trace)
        self.assertEqual(trace["runtime"], self.runtime)
        if "payload" in case:
            self.assertEqual(bodies["payload"], expand_values(case["payload"]))
        if "result" in expect:
            self.assertEqual(bodies.get("result"), self.expected(expect["result"]), trace)
        if "stdout" in expect:
            self.assertEqual(bodies["output"]["text"], self.expected(expect["stdout"]), trace)
        errors = bodies["error_output"].get("text", "")
        if "stderr" in expect:
            self.assertEqual(errors, self.expected(expect["stderr"]))
        for text in self.expected(expect.get("stderr_contains", [])):
            self.assertIn(text, errors)
        for text in self.expected(expect.get("stderr_lacks", [])):
            self.assertNotIn(text, errors)
        if "logs" in expect:
            messages = [
                {"level": line["level"], "value": line["value"].get("json")}
                for line in self.server.logs(run=trace["id"], limit=1000) if line["stream"] == "log"
            ]
            self.assertEqual(messages, self.expected(expect["logs"]))
        if "exception" in expect:
            failure, wanted = trace["failure"], expect["exception"]
            self.assertEqual(failure["reason"], "exception", failure)
            self.assertEqual(failure["exception"], self.expected(wanted["type"]), failure)
            self.assertEqual(failure["message"], self.expected(wanted["message"]), failure)
            for text in self.expected(wanted["traceback_contains"]):
                self.assertIn(text, failure["traceback"])
        for call in case.get("calls", []):
            children = [run for run in self.server.runs(hook=call["hook"], limit=100)
                        if run["cause"].get("parent") == trace["id"]]
            self.assertEqual(len(children), 0 if "error" in call else 1, children)

    def tearDown(self):
        self.assert_innocent()

    @classmethod
    def tearDownClass(cls):
        try:
            served = sum(pool["served"] for pool in cls.server.pools() if pool["runtime"] == cls.runtime)
            assert bool(served) == bool(cls.start), f"{served} runs were begun by {cls.start}"
        finally:
            super().tearDownClass()


def _make_test(case):
    def test(self):
        if self.runtime in case["except"]:
            self.skipTest(f"{self.runtime} {case['except'][self.runtime]}")
        self.check(case)

    test.__doc__ = case["about"]
    return test


#: Those that can be kept ready, which are tested both ways.
STARTS = {"python": "fork", "node": "spare"}


def _make_class(runtime, start=None):
    hooks = hooks_of(runtime, {} if start or runtime not in STARTS else {"start": "exec"})
    members = {"runtime": runtime, "start": start, "hooks": hooks}
    members |= {f"test_{case['name'].replace('-', '_')}": _make_test(case) for case in SUITE["cases"]}
    return type(f"{runtime.capitalize()}{(start or '').capitalize()}Conformance", (Conformance,), members)


for _runtime in NAMES:
    for _start in [None, STARTS[_runtime]] if _runtime in STARTS else [None]:
        _class = _make_class(_runtime, _start)
        globals()[_class.__name__] = _class
del _class, _runtime, _start


if __name__ == "__main__":
    unittest.main()
