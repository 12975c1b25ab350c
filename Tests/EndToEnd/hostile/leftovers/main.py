import os

NAME = "grapnel-leftover"


def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return error.strerror


def handler(payload):
    found, made = {}, {}
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/run", "/dev/mqueue"):
        try:
            found[folder] = sorted(os.listdir(folder))
        except OSError:
            continue
        made[folder] = attempt(lambda: open(f"{folder}/{NAME}", "w").close())
    return {"found": found, "made": made}
