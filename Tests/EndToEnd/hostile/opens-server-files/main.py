import os


def attempt(path):
    try:
        os.close(os.open(path, os.O_RDONLY))
        return "opened"
    except OSError as error:
        return error.strerror


def handler(payload):
    tricks = ["{}", "/proc/self/root{}", "/proc/1/root{}", "/proc/self/cwd/..{}", "/hook/../../../..{}", "/tmp/..{}"]
    return {trick.format(path): attempt(trick.format(path)) for path in payload["paths"] for trick in tricks}
