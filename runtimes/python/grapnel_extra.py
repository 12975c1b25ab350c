"""The parts of `grapnel` that few runs need: calling hooks, asynchronous handlers, reporting exceptions."""

import posix
import sys
from _thread import allocate_lock

import grapnel

_HOST = 4
_MAXIMUM_TEXT = 128 << 10
_lock = allocate_lock()
_last_id = 0
_received = b""


class CallError(Exception):
    """The host refused a call, or the hook that was called failed. `code` says why in one word."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Reply:
    """What another hook answered."""

    def __init__(self, members):
        self.run = members.get("run")
        self.status = members.get("status", 200)
        self.headers = [tuple(pair) for pair in members.get("headers", ())]
        self.result = members.get("result")
        if "base64" in members:
            from binascii import a2b_base64

            self.body = a2b_base64(members["base64"])
        else:
            self.body = members.get("body", "").encode("utf-8", "surrogateescape")

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return grapnel._parse(self.body.decode())


def call(hook, payload):
    return Reply(_ask("hooks.run", {"hook": hook, "payload": payload}))


def emit(kind, data):
    return _ask("events.emit", {"kind": kind, "data": {} if data is None else data})["sequence"]


class Page(list):
    """Some records of a class. `next` is what `list(after=…)` wants for those that follow; `None` if none do."""

    def __init__(self, items, next):
        super().__init__(items)
        self.next = next


class Records:
    """The records of one class of the instance."""

    def __init__(self, name):
        self.name = name

    def get(self, id):
        return self._ask("get", id=id)

    def list(self, where=None, sort=None, limit=None, after=None):
        answer = self._ask("list", where=where, sort=sort, limit=limit, after=after)
        return Page(answer["items"], answer.get("next"))

    def create(self, data, id=None):
        return self._ask("create", data=data, id=id)

    def put(self, id, data, if_match=None):
        return self._ask("put", id=id, data=data, if_match=if_match)

    def update(self, id, data, if_match=None):
        return self._ask("update", id=id, data=data, if_match=if_match)

    def delete(self, id, if_match=None):
        return self._ask("delete", id=id, if_match=if_match)

    def _ask(self, verb, **params):
        params = {name: value for name, value in params.items() if value is not None}
        return _ask("records." + verb, {"class": self.name, **params})


def _ask(method, params):
    global _last_id
    with _lock:
        _last_id += 1
        text = grapnel._serialize({"id": _last_id, "method": method, "params": params}).encode()
        if len(text) > grapnel._MAXIMUM_FRAME:
            raise CallError("too_large", f"the call has {len(text)} bytes, more than {grapnel._MAXIMUM_FRAME}")
        grapnel._write(_HOST, b"%d:%b," % (len(text), text))
        while True:
            reply = grapnel._parse(_read_frame().decode())
            if reply.get("id") == _last_id:
                break
    if "error" in reply:
        raise CallError(reply["error"].get("code", "internal"), reply["error"].get("message", ""))
    return reply["result"]


def _read_frame():
    global _received
    parts = []
    length = None
    missing = 0
    while True:
        if length is None:
            colon = _received.find(b":")
            if colon >= 0:
                length = int(_received[:colon])
                _received = _received[colon + 1 :]
                missing = length + 1
        if length is not None:
            part = _received[:missing]
            _received = _received[missing:]
            parts.append(part)
            missing -= len(part)
            if missing == 0:
                return b"".join(parts)[:-1]
        try:
            data = posix.read(_HOST, 1 << 16)
        except BlockingIOError:
            import select

            poll = select.poll()
            poll.register(_HOST, select.POLLIN)
            poll.poll()
            continue
        if not data:
            raise CallError("unavailable", "the host closed its channel")
        _received += data


def run_async(value):
    import asyncio

    async def finish(value):
        if hasattr(value, "__await__"):
            value = await value
        if hasattr(value, "__aiter__"):
            async for chunk in value:
                grapnel._stream(chunk)
        elif hasattr(value, "__next__"):
            for chunk in value:
                grapnel._stream(chunk)
        else:
            grapnel._finish(value)

    asyncio.run(finish(value))


def report(error):
    """Prints the traceback as Python does, without the bootstrap's own frames, and tells the host."""
    import traceback

    own = {grapnel.__file__, __file__}
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in own:
        trace = trace.tb_next
    error.__traceback__ = trace
    try:
        text = "".join(traceback.format_exception(type(error), error, trace))
    except Exception:
        text = f"{type(error).__name__}\n"
    try:
        sys.stdout.flush()
    except Exception:
        pass
    print(text, end="", file=sys.stderr, flush=True)
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    frame = {
        "type": "error",
        "exception": name[:1024],
        "message": _text(error)[:_MAXIMUM_TEXT],
        "traceback": text[-_MAXIMUM_TEXT:],
    }
    grapnel._send(grapnel._serialize(frame))


def _text(error):
    try:
        return str(error)
    except Exception:
        return ""


def leave(ended, main, known):
    """Ends the process of a fork as Python does, but for taking apart what came with the fork: that costs more than most
    hooks do.

    `ended` is the SystemExit, if there was one, `main` the hook's globals, and `known` the names of the modules that
    came with the fork.
    """
    import atexit
    import gc

    code = ended.code if ended else None
    status = 0 if code is None else code & 0xFF if isinstance(code, int) else 1
    try:
        if status == 1 and not isinstance(code, int):
            print(code, file=sys.stderr, flush=True)
        threading = sys.modules.get("threading")
        if threading:
            threading._shutdown()
        atexit._run_exitfuncs()
        if not getattr(sys.stdout, "closed", True):
            sys.stdout.flush()
        # What is the hook's own goes as it would: files are written out, and destructors run.
        own = [module for name, module in list(sys.modules.items()) if name not in known]
        main.clear()
        for module in own:
            getattr(module, "__dict__", {}).clear()
        del own
        gc.collect()
        if not getattr(sys.stdout, "closed", True):
            sys.stdout.flush()
    except BaseException:
        # As Python says that what was printed could not be written.
        status = 120
    try:
        sys.stderr.flush()
    except BaseException:
        pass
    posix._exit(status)
