"""One HTTP connection to the server under test. What the sheet says of every answer is checked on every answer."""

import base64
import collections
import http.client
import json
import socket
import urllib.parse

NOSNIFF = "nosniff"
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none';"


class BrokenAnswer(AssertionError):
    """An answer without what every answer has."""


class Answer:
    def __init__(self, method, path, status, headers, body):
        self.method = method
        self.path = path
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        return self.json["data"]

    @property
    def permissions(self):
        return self.json["permissions"]

    @property
    def errno(self):
        return self.json["errno"]

    @property
    def ids(self):
        """The ids of a list's objects, in the list's order."""
        return [item["id"] for item in self.data]

    @property
    def etag(self):
        """The timestamp of the ETag, which stands in double quotes."""
        text = self.headers["ETag"] or ""
        if not (len(text) > 2 and text[0] == text[-1] == '"' and text[1:-1].isdigit()):
            raise BrokenAnswer(f"no timestamp in double quotes: {text!r} in {self!r}")
        return int(text[1:-1])

    def check(self, is_ours):
        if self.headers["X-Content-Type-Options"] != NOSNIFF:
            raise BrokenAnswer(f"X-Content-Type-Options is missing: {self!r}")
        if (self.headers["Content-Security-Policy"] or "").strip() != POLICY:
            raise BrokenAnswer(f"Content-Security-Policy is missing: {self!r}")
        if self.status in (204, 304):
            if self.body:
                raise BrokenAnswer(f"a body: {self!r}")
            return
        if 300 <= self.status < 400:
            return
        if (self.headers["Content-Type"] or "").split(";")[0] != "application/json":
            raise BrokenAnswer(f"not JSON: {self!r}")
        if self.method == "HEAD":
            if self.body:
                raise BrokenAnswer(f"a body: {self!r}")
        elif self.status >= 400:
            self._check_error()
        elif is_ours and not isinstance(self.json, (dict, list, type(None))):
            raise BrokenAnswer(f"a scalar: {self!r}")

    def _check_error(self):
        error = self.json
        right = (
            isinstance(error, dict) and error.get("code") == self.status and type(error.get("errno")) is int
            and isinstance(error.get("error"), str))
        if right and error["errno"] == 107:
            details = error.get("details", [])
            right = isinstance(error.get("message"), str) and all(
                item.get("location") in ("body", "querystring", "header", "path", "method")
                and "name" in item and isinstance(item.get("description"), str) for item in details or [])
        if not right:
            raise BrokenAnswer(f"not an error as the protocol has it: {self!r}")

    def __repr__(self):
        return f"<{self.method} {self.path}: {self.status} {dict(self.headers.items())} {self.body[:600]!r}>"


class Client:
    """One caller. `url` is the root of the protocol, with its version and without a slash at the end."""

    def __init__(self, url, name=None, password=None, is_ours=False):
        parts = urllib.parse.urlsplit(url)
        self.url = url
        self.host, self.port, self.prefix = parts.hostname, parts.port, parts.path
        self.name, self.password = name, password
        self.is_ours = is_ours
        self.authorization = None if name is None else basic(name, password)
        self.connection = None
        # The principal of an account.
        self.id = None if name is None else f"account:{name}"

    def request(self, method, path, body=None, headers=None, raw=None, type=None):
        """Sends a request.

        `path` is below the prefix, or an absolute URL of this server. `body` is sent as JSON, `raw` as it is; with `type`,
        a `Content-Type` is said, which is otherwise `application/json` for a `body`. A header of `None` is not sent."""
        if path.startswith("http"):
            parts = urllib.parse.urlsplit(path)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
        else:
            target = self.prefix + path
        fields = {} if self.authorization is None else {"Authorization": self.authorization}
        if body is not None:
            raw = json.dumps(body).encode()
            type = type or "application/json"
        if type is not None:
            fields["Content-Type"] = type
        fields = {name: value for name, value in (fields | dict(headers or {})).items() if value is not None}
        answer = Answer(method, path, *self._exchange(method, target, raw, fields))
        answer.check(self.is_ours)
        return answer

    def _exchange(self, method, target, raw, fields):
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
                self.connection.connect()
                self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.connection.request(method, target, body=raw, headers=fields)
                response = self.connection.getresponse()
                body = response.read()
                if response.will_close:
                    self.close()
                return response.status, response.headers, body
            except (http.client.RemoteDisconnected, ConnectionError):
                # A server may close what was idle; it has then not read the request.
                self.close()
                if attempt == 2:
                    raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def head(self, path, **options):
        return self.request("HEAD", path, **options)

    def put(self, path, body=None, **options):
        return self.request("PUT", path, body, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def patch(self, path, body=None, **options):
        return self.request("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def merge(self, path, body, **options):
        return self.request("PATCH", path, body, type="application/merge-patch+json", **options)

    def json_patch(self, path, operations, **options):
        return self.request("PATCH", path, operations, type="application/json-patch+json", **options)

    def batch(self, requests, defaults=None, **options):
        body = {"requests": requests} | ({} if defaults is None else {"defaults": defaults})
        return self.request("POST", "/batch", body, **options)


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def quoted(text):
    """A text as a part of a query."""
    return urllib.parse.quote(text, safe="")


def query(*pairs, **fields):
    return "?" + urllib.parse.urlencode([*pairs, *fields.items()])


