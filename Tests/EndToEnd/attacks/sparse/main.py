import os


def attempt(name, action):
    try:
        action()
        print("BREACH", name)
    except OSError as error:
        print("refused", name, error.strerror)


file = os.open("/tmp/grapnel-leftover", os.O_CREAT | os.O_RDWR)
attempt("truncate", lambda: os.ftruncate(file, 1 << 40))
attempt("fallocate", lambda: os.posix_fallocate(file, 0, 1 << 40))
attempt("write far out", lambda: os.pwrite(file, b"x" * (1 << 20), 1 << 39))
