"""What the server counts, against what was done to it; its history after a stop; retention in a running server; and what
`network: host` opens, as docs/sandbox.md says."""

import json
import os
import pathlib
import re
import socket
import subprocess
import unittest

from harness import GRAPNEL, LAUNCHER, ServerCase

# A strict reader of the text format of Prometheus, 0.0.4.
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\}})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"')


def parse(text):
    assert text.endswith("\n"), text[-200:]
    values, types, family = {}, {}, None
    for line in text[:-1].split("\n"):
        if match := re.fullmatch(rf"# HELP ({NAME}) .+", line):
            family = match[1]
            assert family not in types, line
        elif match := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            assert match[1] == family, line
            types[family] = match[2]
        else:
            match = SAMPLE.fullmatch(line)
            assert match and family in types, line
            suffixes = ("_bucket", "_sum", "_count") if types[family] == "histogram" else ("",)
            assert match[1] in [family + suffix for suffix in suffixes], line
            key = (match[1], tuple(sorted(LABEL.findall(match[2] or ""))))
            assert key not in values, line
            values[key] = float(match[3])
    return values


class Metrics(ServerCase):
    """One server for counters and history: what is counted is asked for again."""

    hooks = {
        "ok": "#!/bin/sh\necho ok\n",
        "bad": "#!/bin/sh\nexit 3\n",
        "slow": {"hook.yaml": "runtime: bash\nentry: main.sh\nlimits: {timeout: 200ms}\n", "main.sh": "sleep 30\n"},
        "signed": {
            "hook.yaml": "runtime: bash\nentry: main.sh\nendpoint: {signature: {scheme: github, secret: SIGNING_SECRET}}\n",
            "main.sh": "echo signed\n",
        },
    }

    def metrics(self):
        answer = self.server.get("/metrics")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        return parse(answer.text)

    def value(self, values, name, **labels):
        return values.get((name, tuple(sorted(labels.items()))), 0)

    def test_counters_match_the_runs_that_were_made(self):
        before = self.metrics()
        for hook, count in (("ok", 7), ("bad", 3), ("slow", 1)):
            for _ in range(count):
                self.server.call(hook)
        self.server.get("/main/ok", key=None)
        after = self.metrics()

        def grown(name, **labels):
            return self.value(after, name, **labels) - self.value(before, name, **labels)

        main = {"instance": "main"}
        self.assertEqual(grown("grapnel_runs_total", hook="ok", status="succeeded", **main), 7)
        self.assertEqual(grown("grapnel_runs_total", hook="bad", status="failed", **main), 3)
        self.assertEqual(grown("grapnel_runs_total", hook="slow", status="timed_out", **main), 1)
        self.assertEqual(grown("grapnel_run_duration_seconds_count", hook="ok", **main), 7)
        self.assertGreaterEqual(grown("grapnel_run_duration_seconds_sum", hook="slow", **main), 0.2)
        self.assertEqual(grown("grapnel_run_wait_seconds_count", **main), 11)
        self.assertEqual(grown("grapnel_sandbox_starts_total"), 11)
        self.assertEqual(grown("grapnel_http_requests_total", door="hooks", **{"class": "2xx"}), 7)
        self.assertEqual(grown("grapnel_http_requests_total", door="hooks", **{"class": "4xx"}), 1)
        self.assertEqual(grown("grapnel_http_requests_total", door="hooks", **{"class": "5xx"}), 4)
        self.assertGreaterEqual(grown("grapnel_store_commit_seconds_count"), 1)
        self.assertGreaterEqual(self.value(after, "grapnel_process_resident_memory_bytes"), 1 << 20)
        self.assertEqual(self.value(after, "grapnel_runs_capacity"), 1280)
        self.assertTrue(any(name == "grapnel_build_info" for name, _ in after))

    def test_signed_requests_are_counted_by_what_became_of_them(self):
        environment = {**os.environ, "GRAPNEL_SERVER": self.server.url, "GRAPNEL_KEY": self.server.key}
        self.server.call("signed")
        subprocess.run(
            [str(GRAPNEL), "env", "set", "SIGNING_SECRET", "--secret"], input="a long secret", text=True, check=True,
            env=environment, stdout=subprocess.DEVNULL)
        self.server.call("signed")
        values = self.metrics()
        self.assertEqual(self.value(values, "grapnel_signatures_total", result="unusable"), 1)
        self.assertEqual(self.value(values, "grapnel_signatures_total", result="refused"), 1)
        self.assertEqual(self.value(values, "grapnel_signatures_total", result="valid"), 0)

    def test_the_history_is_there_after_a_stop(self):
        for _ in range(3):
            self.server.call("ok")
        made = len(self.server.get("/api/v1/runs?hook=ok&limit=1000").json()["items"])
        self.server.stop()
        self.server.start()
        figures = self.server.get("/api/v1/metrics?since=2h&step=1h&limit=1000").json()["items"]
        counted = {}
        for figure in figures:
            counted[figure["hook"]] = counted.get(figure["hook"], 0) + figure["runs"]
        self.assertEqual(counted.get("ok"), made)
        shown = subprocess.run(
            [str(GRAPNEL), "metrics", "ok", "--since", "2h", "--json", "--data", str(self.server.data)], text=True,
            capture_output=True, timeout=60)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertEqual(sum(item["runs"] for item in json.loads(shown.stdout)["items"]), made)


class Configured(ServerCase):
    """`metrics.public`, and bounds that the reader of the configuration takes."""

    options = {
        "config": "metrics: {public: true}\nretention: {runs: {age: 7d, count: none, bytes: 1GiB}, metrics: {age: 1h}}\n"
    }
    hooks = {"ok": "#!/bin/sh\necho ok\n"}

    def test_the_page_is_open(self):
        self.assertEqual(self.server.get("/metrics", key=None).status, 200)
        self.assertEqual(self.server.get("/api/v1/metrics", key=None).status, 401)

    def test_what_cannot_be_a_bound_is_an_error_with_its_line(self):
        for text, field in [
            ("retention:\n  runs: {age: 1s}\n", "retention.runs.age"),
            ("retention:\n  events: {bytes: 1GiB}\n", "retention.events.bytes"),
            ("retention:\n  logs: {count: 0}\n", "retention.logs.count"),
            ("retention:\n  logs: {bytes: 5}\n", "retention.logs.bytes"),
            ("metrics:\n  public: perhaps\n", "metrics.public"),
        ]:
            with self.subTest(field):
                file = self.server.folder.path / "wrong.yaml"
                file.write_text(text)
                ended = subprocess.run(
                    [str(GRAPNEL), "serve", str(self.server.hooks), "--data", str(self.server.folder.path / "other"),
                     "--config", str(file)], text=True, capture_output=True, timeout=60)
                self.assertEqual(ended.returncode, 2, ended.stderr)
                self.assertIn(field, ended.stderr)
                self.assertIn("wrong.yaml:2", ended.stderr)


PROBE = """
    import json, os, socket, struct

    def tried(body):
        try:
            return body() or "yes"
        except OSError as error:
            return error.strerror or str(error)

    def connect(family, address):
        with socket.socket(family) as client:
            client.settimeout(5)
            client.connect(address)

    def handler(payload):
        import fcntl
        def interfaces():
            return [name for _, name in socket.if_nameindex()]
        def raw():
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
        def netlink():
            socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()
        def packet():
            socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
        def bind(port):
            with socket.socket() as server:
                server.bind(("127.0.0.1", port))
        def resolver():
            return open("/etc/resolv.conf").read()
        def up():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
                fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", 0))
        return {
            "loopback": tried(lambda: connect(socket.AF_INET, ("127.0.0.1", payload["port"]))),
            "abstract": tried(lambda: connect(socket.AF_UNIX, chr(0) + payload["name"])),
            "path": tried(lambda: connect(socket.AF_UNIX, payload["path"])),
            "listen": tried(lambda: bind(0)), "privileged": tried(lambda: bind(payload["low"])),
            "raw": tried(raw), "netlink": tried(netlink), "packet": tried(packet), "configure": tried(up),
            "resolver": tried(resolver), "tcp": tried(lambda: open("/proc/net/tcp").read()),
        }
"""


class HostNetwork(ServerCase):
    """What docs/sandbox.md says of `network: host`, and that a hook without it has none of that."""

    options = {"config": "sandbox: {allow_host_network: true}\n"}
    hooks = {
        name: {"hook.yaml": f"runtime: python\nentry: main.py\nnetwork: {name}\n", "main.py": PROBE}
        for name in ("host", "none")
    }

    def probe(self, hook):
        with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract, \
                socket.socket(socket.AF_UNIX) as path:
            name = f"grapnel-test-{os.getpid()}-{hook}"
            abstract.bind("\0" + name)
            abstract.listen()
            place = self.server.folder.path / f"{hook}.sock"
            path.bind(str(place))
            os.chmod(place, 0o777)
            path.listen()
            answer = self.server.call(
                hook, {"port": tcp.getsockname()[1], "name": name, "path": str(place), "low": 81})
            self.assertEqual(answer.status, 200, answer)
            place.unlink()
            result = answer.json()
            listed = f":{tcp.getsockname()[1]:04X} " in result.pop("tcp")
            return result, listed

    def test_what_it_opens(self):
        result, listed = self.probe("host")
        self.assertEqual(result["loopback"], "yes")
        self.assertTrue(listed, "it sees the host's connections in /proc/net")
        self.assertEqual(result["listen"], "yes")
        self.assertEqual(result["resolver"], pathlib.Path("/etc/resolv.conf").read_text() or "yes")
        landlock = self.landlock()
        self.assertEqual(result["abstract"], "Operation not permitted" if landlock >= 6 else "yes")
        self.assertEqual(result["path"], "No such file or directory")
        for what in ("raw", "netlink", "packet", "configure"):
            self.assertNotEqual(result[what], "yes", what)
        lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
        self.assertEqual(result["privileged"] == "yes", lowest <= 81, result["privileged"])

    def test_what_stays_shut_without_it(self):
        result, listed = self.probe("none")
        self.assertFalse(listed)
        self.assertEqual(result["loopback"], "Connection refused")
        self.assertEqual(result["abstract"], "Connection refused")
        self.assertEqual(result["path"], "No such file or directory")
        self.assertEqual(result["resolver"], "yes", "it is empty")
        for what in ("raw", "netlink", "packet", "configure"):
            self.assertNotEqual(result[what], "yes", what)

    def landlock(self):
        probe = subprocess.run(
            [str(LAUNCHER), "probe"], text=True, capture_output=True, timeout=60)
        for mechanism in json.loads(probe.stdout)["mechanisms"]:
            if mechanism["name"] == "landlock" and mechanism["works"]:
                return int(re.search(r"version (\d+)", mechanism["detail"])[1])
        return 0


if __name__ == "__main__":
    unittest.main()
