#!/usr/bin/python3
"""Runs the conformance cases of the runtimes without server and sandbox: only the bootstraps, with descriptors and
variables made as the server makes them. Prints one line a case; exits with 1 if one fails.

    Tests/RuntimesTests/harness.py [RUNTIME[/CASE] ...]
"""

import base64
import json
import os
import pathlib
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from conformance_suite import of_runtime, read_suite  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2] / "runtimes"
INLINE = 96 << 10
DEADLINE = 30
NAMES = sorted(path.parent.name for path in ROOT.glob("*/cases"))


def manifest(runtime):
    """The few keys of runtime.yaml that are needed here; all are flow lists on one line."""
    text = (ROOT / runtime / "runtime.yaml").read_text()

    def words(key):
        found = re.search(rf"^{key}: \[(.*)\]$", text, re.M)
        return [word.strip().strip('"') for word in found[1].split(",")] if found and found[1] else []

    return words("interpreters"), words("arguments"), words("warm_up")


def text_of(value):
    """The bytes that a text of conformance.json stands for."""
    if isinstance(value, str):
        return value.encode()
    if "base64" in value:
        return base64.b64decode(value["base64"])
    return (value.get("prefix", "") + value["repeat"] * value["count"] + value.get("suffix", "")).encode()


def payload_of(value):
    if isinstance(value, dict):
        if set(value) == {"repeat", "count"}:
            return value["repeat"] * value["count"]
        return {name: payload_of(member) for name, member in value.items()}
    return value


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def environment(case, runtime, entry, payload):
    request = case.get("request", {})
    hook = case.get("hook", {})
    variables = {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LC_CTYPE": "C.UTF-8",
        "GRAPNEL_RUN_ID": "0" * 26, "GRAPNEL_HOOK": case["name"], "GRAPNEL_INSTANCE": "main", "GRAPNEL_CAUSE": "http",
        "GRAPNEL_ENTRY": entry, "GRAPNEL_CONTROL_FD": "3", "GRAPNEL_HOST_FD": "4",
        "HOOK_CONFIG": compact(hook.get("config", {})), "REQUEST_METHOD": request.get("method", "GET"),
        "QUERY_STRING": request.get("query", ""), "PATH_INFO": request.get("path", ""), "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    if "content_type" in request:
        variables["CONTENT_TYPE"] = request["content_type"]
    for name, value in request.get("headers", {}).items():
        if name not in ("authorization", "cookie"):
            variables["HTTP_" + name.upper().replace("-", "_")] = value
    variables |= hook.get("env", {})
    for name in hook.get("parameters", {}).get("properties", {}):
        value = payload.get(name)
        variables["PARAM_" + name.upper()] = value if isinstance(value, str) else compact(value)
    text = compact(payload)
    if len(text.encode()) <= INLINE:
        variables["HOOK_PAYLOAD"] = text
        return variables, None
    variables["GRAPNEL_PAYLOAD_FD"] = "5"
    return variables, text.encode()


class Run:
    """One process with the five or six descriptors of a run, fed and read until it ends."""

    def __init__(self, command, folder, variables, large):
        self.input_read, self.input = os.pipe()
        self.output, output_write = os.pipe()
        self.errors, errors_write = os.pipe()
        self.control, control_write = os.pipe()
        self.host, host_run = socket.socketpair()
        ends = [self.input_read, output_write, errors_write, control_write, host_run.fileno()]
        if large is not None:
            file = tempfile.TemporaryFile()
            file.write(large)
            file.seek(0)
            ends.append(file.fileno())
        # Above 200 first, so that no target is overwritten before it was copied.
        high = [os.dup2(end, 200 + index, inheritable=True) for index, end in enumerate(ends)]

        def arrange():
            for number, end in enumerate(high):
                os.dup2(end, number, inheritable=True)
            os.closerange(len(high), 256)

        self.process = subprocess.Popen(
            command, cwd=folder, env=variables, preexec_fn=arrange, close_fds=False
        )
        for end in high + [self.input_read, output_write, errors_write, control_write]:
            os.close(end)
        host_run.close()
        if large is not None:
            file.close()

    def talk(self, case, body):
        frames, stdout, stderr = [], bytearray(), bytearray()
        control, calls = bytearray(), bytearray()
        answers = list(case.get("calls", []))
        dialogue = list(case.get("dialogue", []))
        pending = memoryview(body)
        selector = selectors.DefaultSelector()
        for end in (self.output, self.errors, self.control):
            selector.register(end, selectors.EVENT_READ)
        selector.register(self.host, selectors.EVENT_READ)
        os.set_blocking(self.input, False)
        os.set_blocking(self.control, False)
        is_fed = False
        expected = b""
        deadline = time.monotonic() + DEADLINE
        while selector.get_map():
            while dialogue:
                step = dialogue[0]
                if "send" in step:
                    pending = memoryview(bytes(pending) + step["send"].encode())
                elif stdout.startswith(expected + step["receive"].encode()) and {"type": "flush"} in frames:
                    expected += step["receive"].encode()
                else:
                    break
                dialogue.pop(0)
            if not is_fed:
                if pending:
                    if self.input not in selector.get_map():
                        selector.register(self.input, selectors.EVENT_WRITE)
                elif not dialogue:
                    is_fed = True
                    if self.input in selector.get_map():
                        selector.unregister(self.input)
                    os.close(self.input)
                elif self.input in selector.get_map():
                    selector.unregister(self.input)
            for key, _ in selector.select(max(0, deadline - time.monotonic())) or [(None, 0)]:
                if key is None:
                    self.process.kill()
                    raise AssertionError(f"no end within {DEADLINE} s; printed {bytes(stdout[:80])!r}")
                if key.fileobj == self.input:
                    try:
                        pending = pending[os.write(self.input, pending[: 1 << 16]) :]
                    except BrokenPipeError:
                        selector.unregister(self.input)
                        os.close(self.input)
                        is_fed = True
                elif key.fileobj is self.host:
                    data = self.host.recv(1 << 16)
                    if not data:
                        selector.unregister(self.host)
                        continue
                    calls += data
                    for call in netstrings(calls):
                        self.reply(call, answers.pop(0))
                else:
                    try:
                        data = os.read(key.fileobj, 1 << 16)
                    except BlockingIOError:
                        continue  # Read below already, in the same turn.
                    if not data:
                        selector.unregister(key.fileobj)
                    elif key.fileobj == self.output:
                        # As the host does: what the control pipe holds counts before what was printed.
                        while self.control in selector.get_map() and self.has_control():
                            control += os.read(self.control, 1 << 16)
                        frames += netstrings(control)
                        stdout += data
                    elif key.fileobj == self.errors:
                        stderr += data
                    else:
                        control += data
                        frames += netstrings(control)
        assert not control, f"the last frame is not whole: {bytes(control[:80])!r}"
        assert not dialogue, f"not reached: {dialogue}"
        assert not answers, f"not called: {answers}"
        for end in (self.output, self.errors, self.control):
            os.close(end)
        selector.close()
        self.host.close()
        return frames, bytes(stdout), bytes(stderr), self.process.wait()

    def has_control(self):
        import select

        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        return any(events & select.POLLIN for _, events in poll.poll(0))

    def reply(self, call, answer):
        assert call["method"] == "hooks.run" and call["params"]["hook"] == answer["hook"], call
        assert call["params"]["payload"] == answer["payload"], call
        reply = {"id": call["id"]}
        if "error" in answer:
            reply["error"] = answer["error"]
        else:
            reply["result"] = dict(answer["reply"], run="1" * 26)
        data = compact(reply).encode()
        self.host.sendall(b"%d:%b," % (len(data), data))


def netstrings(buffer):
    values = []
    while (colon := buffer.find(b":")) > 0:
        end = colon + 1 + int(buffer[:colon])
        if len(buffer) <= end:
            break
        assert buffer[end] == ord(","), bytes(buffer[:80])
        values.append(json.loads(bytes(buffer[colon + 1 : end])))
        del buffer[: end + 1]
    return values


def answer_of(frames, stdout, code):
    """What the host makes of a run: the same rules as the server's."""
    answer = {"status": 200, "headers": [], "trailers": [], "body": stdout}
    has_result = False
    for frame in frames:
        if frame["type"] == "head":
            answer["status"] = frame.get("status") or answer["status"]
            answer["headers"] += frame.get("headers", [])
        elif frame["type"] == "trailers":
            answer["trailers"] += frame["headers"]
        elif frame["type"] == "result":
            has_result = True
            answer["result"] = frame["value"]
        elif frame["type"] == "flush":
            answer["flushed"] = True
    content_type = "text/plain; charset=utf-8"
    if has_result and not stdout:
        value = answer["result"]
        if value is None:
            answer["status"] = 204 if answer["status"] == 200 else answer["status"]
            content_type = None
        elif isinstance(value, str):
            answer["body"] = value.encode()
        else:
            answer["body"] = compact(value).encode() + b"\n"
            content_type = "application/json"
    if content_type and not any(name.lower() == "content-type" for name, _ in answer["headers"]):
        answer["headers"].append(["Content-Type", content_type])
    if code != 0:
        answer["status"] = 502
    return answer


def check(case, runtime, frames, stdout, stderr, code):
    expect = {
        name: of_runtime(value, runtime, NAMES) for name, value in case["expect"].items()
    }
    answer = answer_of(frames, stdout, code)

    def same(name, actual, expected):
        if actual != expected:
            raise AssertionError(f"{name}: {str(actual)[:300]!r} instead of {str(expected)[:300]!r}; {stderr[-600:]!r}")

    same("exit_code", code, expect.get("exit_code", 0))
    for name in ("status", "trailers", "flushed"):
        if name in expect:
            same(name, answer.get(name), expect[name])
    if "result" in expect:
        same("result", answer.get("result", "none"), expect["result"])
    for pair in expect.get("headers", []):
        assert pair in answer["headers"], f"headers: {answer['headers']} without {pair}"
    if "body" in expect:
        same("body", answer["body"], text_of(expect["body"]))
    if "body_json" in expect:
        same("body_json", json.loads(answer["body"]), expect["body_json"])
    if "stdout" in expect:
        same("stdout", stdout.decode(), expect["stdout"])
    if "stderr" in expect:
        same("stderr", stderr.decode(), expect["stderr"])
    for word in expect.get("stderr_contains", []):
        assert word in stderr.decode(), f"stderr without {word}: {stderr!r}"
    for word in expect.get("stderr_lacks", []):
        assert word not in stderr.decode(), f"stderr with {word}: {stderr!r}"
    if "logs" in expect:
        logs = [{"level": frame["level"], "value": frame["value"]} for frame in frames if frame["type"] == "log"]
        same("logs", logs, expect["logs"])
    if "exception" in expect:
        errors = [frame for frame in frames if frame["type"] == "error"]
        same("errors", len(errors), 1)
        wanted = {name: of_runtime(value, runtime, NAMES) for name, value in expect["exception"].items()}
        same("exception", errors[0]["exception"], wanted["type"])
        same("message", errors[0]["message"], wanted["message"])
        for word in wanted["traceback_contains"]:
            assert word in errors[0]["traceback"], f"traceback without {word}: {errors[0]['traceback']}"


def main(wanted):
    suite = read_suite(ROOT)
    failures = 0
    for runtime in sorted(suite["entries"]):
        interpreters, arguments, prepare = manifest(runtime)
        if re.search(r"^prepare:", (ROOT / runtime / "runtime.yaml").read_text(), re.M):
            print(f"skip {runtime}: its hooks are compiled in the sandbox; EndToEnd/test_conformance.py runs its cases")
            continue
        interpreter = [path for path in interpreters if os.access(path, os.X_OK)][:1]
        if interpreters and not interpreter:
            print(f"skip {runtime}: not installed: {', '.join(interpreters)}")
            continue
        if prepare:
            words = [word.replace("{runtime}", str(ROOT / runtime)) for word in prepare]
            subprocess.run(interpreter + words, check=True)
        for case in suite["cases"]:
            name = f"{runtime}/{case['name']}"
            if wanted and runtime not in wanted and name not in wanted:
                continue
            folder = ROOT / runtime / "cases" / case["name"]
            if runtime in case["except"]:
                assert not folder.exists(), f"{name} is excepted, but there is a hook"
                print(f"none {name}: {case['except'][runtime]}")
                continue
            (entry,) = [file for file in folder.iterdir() if file.name == "main" or file.name.startswith("main.")]
            command = interpreter + [
                word.replace("{runtime}", str(ROOT / runtime)).replace("{entry}", str(entry)) for word in arguments
            ]
            variables, large = environment(case, runtime, str(entry), payload_of(case.get("payload", {})))
            body = text_of(case.get("request", {}).get("body", ""))
            run = Run(command, folder, variables, large)
            try:
                check(case, runtime, *run.talk(case, body))
                print(f"pass {name}", flush=True)
            except AssertionError as error:
                failures += 1
                print(f"FAIL {name}: {error}")
                run.process.kill()
                run.process.wait()
    if failures:
        sys.exit(1)


main(set(sys.argv[1:]))
