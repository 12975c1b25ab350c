import os
import socket
import time


def handler(payload):
    # Two runs at once look for each other: by process, by a well-known file, by an abstract socket, by a lock.
    own = f"/tmp/grapnel-leftover-{payload['name']}"
    open(own, "w").write(payload["name"])
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"\0grapnel-sibling-{payload['name']}")
    listener.listen()
    limit = time.monotonic() + payload["seconds"]
    seen = set()
    while time.monotonic() < limit:
        seen.update(name for name in os.listdir("/tmp") if name.startswith("grapnel-leftover"))
        seen.update(f"process {name}" for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid()))
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(f"\0grapnel-sibling-{payload['other']}")
                seen.add("socket")
            except OSError:
                pass
        time.sleep(0.02)
    return sorted(seen)
