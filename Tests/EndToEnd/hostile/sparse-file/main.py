import os


def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return error.strerror


def handler(payload):
    descriptor = os.open("/tmp/grapnel-leftover", os.O_CREAT | os.O_RDWR)
    answers = {
        "fallocate": attempt(lambda: os.posix_fallocate(descriptor, 0, 1 << 40)),
        "truncate": attempt(lambda: os.ftruncate(descriptor, 1 << 40)),
        "write far out": attempt(lambda: os.pwrite(descriptor, b"x" * (1 << 20), 1 << 39)),
    }
    return answers | {"blocks": os.fstat(descriptor).st_blocks}
