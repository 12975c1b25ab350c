import os

for path in os.environ["PARAM_PATHS"].split(","):
    for name, action in (
        ("append", lambda: open(path, "ab").close()), ("chmod", lambda: os.chmod(path, 0o777)),
        ("rename", lambda: os.rename(path, path + ".old")), ("unlink", lambda: os.unlink(path)),
        ("utime", lambda: os.utime(path)), ("setxattr", lambda: os.setxattr(path, "user.grapnel", b"x")),
    ):
        try:
            action()
            print("BREACH", name, path)
        except OSError as error:
            print("refused", name, path, error.strerror)
