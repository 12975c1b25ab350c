"""The server that the suite is run against: Kinto from PyPI, Grapnel, or one at a URL."""

import itertools
import json
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile

import wire

HERE = pathlib.Path(__file__).resolve().parent
# What a server needs to be tested: whoever asks may open an account, and has a bucket of his own.
CONFIGURATION = """
accounts: {registration: open}
data: {history: true}
"""


class Target:
    """A server, and the accounts that the suite has made on it.

    Names carry a mark of this run, so that a server which keeps what it is given can be tested again and again."""

    current = None

    def __init__(self, name, url, stop=lambda: None):
        self.name = name
        self.url = url
        self.stop = stop
        self.mark = secrets.token_hex(4)
        self.counter = itertools.count(1)
        self.users = {}
        self.anonymous = wire.Client(url, is_ours=self.is_grapnel)

    @property
    def is_grapnel(self):
        return self.name == "grapnel"

    def client(self, name, password):
        return wire.Client(self.url, name, password, is_ours=self.is_grapnel)

    def user(self, name):
        """The caller with an account of that name."""
        if name not in self.users:
            self.users[name] = self.new_user(name)
        return self.users[name]

    def new_user(self, name="user"):
        """A caller with a new account."""
        account = f"{name}-{self.mark}-{next(self.counter)}"
        password = f"the password of {name}"
        answer = self.anonymous.put(f"/accounts/{account}", {"data": {"password": password}})
        if answer.status != 201:
            raise AssertionError(f"the suite needs accounts: {answer!r}")
        return self.client(account, password)

    def unique(self, kind):
        """An id that nobody has used on this server."""
        return f"{kind}-{self.mark}-{next(self.counter)}"


def start(against, url=None):
    if url is not None:
        return Target(against, url.rstrip("/"))
    return {"kinto": start_kinto, "grapnel": start_grapnel}[against]()


def start_kinto():
    folder = tempfile.TemporaryDirectory(prefix="kinto-")
    process = subprocess.Popen(
        [sys.executable, str(HERE / "reference.py"), folder.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=open(pathlib.Path(folder.name) / "log", "wb"), text=True)
    url = process.stdout.readline().strip()
    if not url:
        raise AssertionError((pathlib.Path(folder.name) / "log").read_text())

    def stop():
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
        folder.cleanup()

    return Target("kinto", url, stop)


def start_grapnel():
    sys.path.insert(0, str(HERE.parent / "EndToEnd"))
    import harness

    server = harness.Server({}, config=CONFIGURATION).start()

    def stop():
        status = server.stop()
        if status != 0:
            raise AssertionError(f"the server ended with {status}:\n{server.log()}")

    return Target("grapnel", server.url + "/v1", stop)
