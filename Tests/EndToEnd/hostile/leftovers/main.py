import os

NAME = "grapnel-leftover"


def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return error.strerror


def handler(payload):
    found = {}
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/run", "/dev/mqueue"):
        try:
            found[folder] = sorted(os.listdir(folder))
        except OSError:
            pass
    made = {folder: attempt(lambda: open(f"{folder}/{NAME}", "w").close()) for folder in found}
    return {"found": found, "made": made}
