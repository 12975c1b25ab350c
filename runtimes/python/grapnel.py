"""What a Python hook knows of its run, and how it answers: `import grapnel`.

    payload, params, config, request, env, run_id, body
    respond(status, headers)  header(name, value)  flush()  trailers(fields)  result(value)
    log.debug/info/warning/error(value)  call(hook, payload)  records(class)

Everything that a plain script may not need is made at first use, and rarer things live in grapnel_extra.py: the time
that this module takes is added to every run.
"""

import posix as _posix
import sys as _sys
from _thread import allocate_lock as _allocate_lock

_CONTROL = 3
_MAXIMUM_FRAME = 1 << 20
_control_lock = _allocate_lock()
_cache = {}
_has_type = False
_is_flushed = False


def _variable(name, default=None):
    value = _posix.environ.get(name.encode())
    return default if value is None else value.decode("utf-8", "surrogateescape")


# JSON by the accelerator that `json` itself is built on: importing `json` takes longer than most hooks run.
def _parse(text):
    try:
        scan = _cache.get("scan")
        if scan is None:
            from _json import make_scanner

            scan = _cache["scan"] = make_scanner(_ScannerSettings)
        text = text.strip(" \t\r\n")
        value, end = scan(text, 0)
        if end == len(text):
            return value
    except Exception:
        pass
    import json

    return json.loads(text)


class _ScannerSettings:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}.__getitem__
    memo = {}


def _refuse(value):
    raise TypeError(f"a value of type {type(value).__name__} cannot be written as JSON")


def _serialize(value, default=_refuse):
    try:
        from _json import encode_basestring_ascii, make_encoder

        encode = make_encoder({}, default, encode_basestring_ascii, None, ":", ",", False, False, False)
    except Exception:
        import json

        return json.dumps(value, default=default, separators=(",", ":"), allow_nan=False)
    # The accelerator wants a container at the top.
    return "".join(encode([value], 0))[1:-1]


def _write(descriptor, data):
    view = memoryview(data)
    while view:
        try:
            view = view[_posix.write(descriptor, view):]
        except BlockingIOError:
            import select

            poll = select.poll()
            poll.register(descriptor, select.POLLOUT)
            poll.poll()


def _send(frame):
    data = frame.encode("ascii")
    if len(data) > _MAXIMUM_FRAME:
        raise ValueError(f"a control frame has {len(data)} bytes, more than {_MAXIMUM_FRAME}")
    with _control_lock:
        _write(_CONTROL, b"%d:%b," % (len(data), data))


def _read_payload():
    text = _variable("HOOK_PAYLOAD")
    if text is None:
        descriptor = _variable("GRAPNEL_PAYLOAD_FD")
        if descriptor is None:
            return None
        with open(int(descriptor), "rb", closefd=False) as file:
            file.seek(0)
            text = file.read().decode()
    return _parse(text)


def _read_params():
    payload = _value("payload")
    if type(payload) is not dict:
        return {}
    return {
        name: value
        for name, value in payload.items()
        if b"PARAM_%b" % _variable_name(name) in _posix.environ
    }


def _variable_name(name):
    return bytes(
        character if character in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" else 95
        for character in b"".join(
            bytes((ord(letter),)).upper() if letter < "\x80" else b"_" for letter in name
        )
    )


class Request:
    """The request that started the run. `headers` has lower-case names; credentials are never among them."""

    def __init__(self):
        self.method = _variable("REQUEST_METHOD")
        self.path = _variable("PATH_INFO", "")
        self.query = _variable("QUERY_STRING", "")
        self.content_type = _variable("CONTENT_TYPE")
        length = _variable("CONTENT_LENGTH")
        self.content_length = int(length) if length else None
        self.remote_address = _variable("REMOTE_ADDR")
        self.headers = {
            name[5:].decode().lower().replace("_", "-"): value.decode("utf-8", "surrogateescape")
            for name, value in _posix.environ.items()
            if name.startswith(b"HTTP_")
        }


def _read_env():
    return {
        name.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape")
        for name, value in _posix.environ.items()
    }


_makers = {
    "payload": _read_payload,
    "params": _read_params,
    "config": lambda: _parse(_variable("HOOK_CONFIG", "{}")),
    "request": Request,
    "env": _read_env,
    "run_id": lambda: _variable("GRAPNEL_RUN_ID"),
    "hook": lambda: _variable("GRAPNEL_HOOK"),
    "instance": lambda: _variable("GRAPNEL_INSTANCE"),
    "cause": lambda: _variable("GRAPNEL_CAUSE"),
    "body": lambda: _sys.stdin.buffer,
}


def _value(name):
    if name not in _cache:
        _cache[name] = _makers[name]()
    return _cache[name]


def __getattr__(name):
    if name in _makers:
        return _value(name)
    if name in ("CallError", "Reply"):
        return getattr(_extra(), name)
    raise AttributeError(f"module 'grapnel' has no attribute '{name}'")


def __dir__():
    return [name for name in globals() if not name.startswith("_")] + [*_makers, "CallError", "Reply"]


def respond(status=None, headers=None):
    """Sets the status, and adds headers (a dict, or pairs of name and value), of the answer."""
    global _has_type
    members = ""
    if status is not None:
        members += f',"status":{int(status)}'
    if headers:
        pairs = _pairs(headers)
        _has_type = _has_type or any(name.lower() == "content-type" for name, _ in pairs)
        members += f',"headers":{_serialize(pairs)}'
    _send('{"type":"head"' + members + "}")


def header(name, value):
    """Adds one header to the answer."""
    respond(headers=((name, value),))


def trailers(fields):
    """Sends trailers (a dict, or pairs) after the body."""
    _send(f'{{"type":"trailers","headers":{_serialize(_pairs(fields))}}}')


def _pairs(fields):
    return [(str(name), str(value)) for name, value in (fields.items() if hasattr(fields, "items") else fields)]


def flush():
    """Sends the head and what was printed so far; from then on every printed line goes out at once."""
    global _is_flushed
    if not _is_flushed:
        _is_flushed = True
        _send('{"type":"flush"}')
        reconfigure = getattr(_sys.stdout, "reconfigure", None)
        if reconfigure:
            reconfigure(line_buffering=True)
    _sys.stdout.flush()


def result(value):
    """Sets the structured result of the run; the answer's body too, if nothing is printed."""
    _send(f'{{"type":"result","value":{_serialize(value)}}}')


class log:
    """Messages with levels, in the hook's log. Values that JSON cannot write are logged as their `repr`."""

    @staticmethod
    def debug(value):
        _log("debug", value)

    @staticmethod
    def info(value):
        _log("info", value)

    @staticmethod
    def warning(value):
        _log("warning", value)

    @staticmethod
    def error(value):
        _log("error", value)


def _log(level, value):
    try:
        text = _serialize(value, repr)
    except Exception:
        text = _serialize(repr(value))
    if len(text) > _MAXIMUM_FRAME - 64:
        text = _serialize(text[: _MAXIMUM_FRAME >> 3] + " (cut)")
    _send(f'{{"type":"log","level":"{level}","value":{text}}}')


def call(hook, payload=None):
    """Runs another hook of the instance and waits for its reply; `hook.yaml` must declare the scope.

    Returns a `Reply`; raises `CallError` when the host refuses.
    """
    return _extra().call(hook, payload)


def emit(kind, data=None):
    """Records an event of the instance, and starts what its triggers want; `hook.yaml` must declare the scope.

    Returns its sequence number when all of it is stored; raises `CallError` when the host refuses.
    """
    return _extra().emit(kind, data)


def records(name):
    """The records of the class `name`; `hook.yaml` must declare `records.read` or `records.write`.

    It has `get(id)`, `list(where, sort, limit, after)`, `create(data, id)`, `put(id, data, if_match)`,
    `update(id, data, if_match)` and `delete(id, if_match)`, which return records as dictionaries and raise `CallError`.
    """
    return _extra().Records(name)


def _extra():
    extra = _sys.modules.get("grapnel_extra")
    if extra is None:
        _sys.path.insert(0, __file__[: __file__.rfind("/")])
        try:
            import grapnel_extra as extra
        finally:
            del _sys.path[0]
    return extra


def _run(entry, main):
    """Runs the file `entry` as the module `__main__`, whose globals are `main`."""
    import builtins

    sys = _sys
    folder = entry[: entry.rfind("/")] or "/"
    version = sys.version_info
    sys.argv = [entry]
    sys.path[:0] = [folder]
    dependencies = _variable("GRAPNEL_DEPENDENCIES")
    if dependencies:
        sys.path.append(f"{dependencies}/python")
    sys.path += (f"/usr/local/lib/python{version[0]}.{version[1]}/dist-packages", "/usr/lib/python3/dist-packages")
    # What the site module would have brought.
    builtins.exit = builtins.quit = _exit
    main.clear()
    main.update(__name__="__main__", __file__=entry, __builtins__=builtins, __doc__=None, __spec__=None)
    try:
        with open(entry, "rb") as file:
            source = file.read()
        exec(compile(source, entry, "exec", dont_inherit=True), main)
        handler = main.get("handler")
        if type(handler) is type(_run):
            _handle(handler)
        sys.stdout.flush()
    except SystemExit:
        raise
    except BaseException as error:
        _extra().report(error)
        raise SystemExit(1) from None


def _exit(code=None):
    raise SystemExit(code)


def _handle(handler):
    # handler(), handler(payload) or handler(payload, hook); a second parameter with a default is the hook's own affair.
    count = handler.__code__.co_argcount
    arguments = (_value("payload"), _sys.modules["grapnel"])[:count]
    if count > 1 and handler.__defaults__ and len(handler.__defaults__) >= count - 1:
        arguments = arguments[:1]
    value = handler(*arguments)
    if value is None or type(value) in (str, dict, list, int, float, bool):
        _finish(value)
    elif hasattr(value, "__await__") or hasattr(value, "__aiter__"):
        _extra().run_async(value)
    elif hasattr(value, "__next__"):
        for chunk in value:
            _stream(chunk)
    else:
        _finish(value)


def _finish(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        if not _has_type:
            header("Content-Type", "application/octet-stream")
        _print(value)
        return
    text = _serialize(value)
    if len(text) <= _MAXIMUM_FRAME - 64:
        _send(f'{{"type":"result","value":{text}}}')
    elif isinstance(value, str):
        _print(value.encode("utf-8", "surrogateescape"))
    else:
        if not _has_type:
            header("Content-Type", "application/json")
        _print(text.encode() + b"\n")


def _stream(chunk):
    if isinstance(chunk, str):
        chunk = chunk.encode("utf-8", "surrogateescape")
    elif not isinstance(chunk, (bytes, bytearray, memoryview)):
        chunk = _serialize(chunk).encode() + b"\n"
    flush()
    _print(chunk)


def _print(data):
    _sys.stdout.flush()
    _sys.stdout.buffer.write(data)
    _sys.stdout.buffer.flush()
