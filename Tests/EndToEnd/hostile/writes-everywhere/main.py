import os


def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return error.strerror


def create(folder):
    os.close(os.open(f"{folder}/grapnel-leftover", os.O_CREAT | os.O_WRONLY))


def handler(payload):
    places = []
    with open("/proc/self/mountinfo") as file:
        places = [line.split()[4] for line in file]
    folders = [
        "/", "/etc", "/usr", "/usr/bin", "/usr/lib/python3", "/bin", "/lib", "/hook", "/runtimes",
        "/runtimes/python", "/dev", "/proc", "/proc/sys/kernel", "/sys", "/var", "/run", "/home", "/root",
    ]
    files = [
        "/hook/main.py", "/hook/hook.yaml", "/runtimes/python/bootstrap.py", "/runtimes/python/grapnel.py",
        "/etc/passwd", "/etc/hosts", "/etc/resolv.conf", "/usr/bin/python3", "/proc/sys/kernel/core_pattern",
        "/proc/sys/kernel/hostname", "/proc/sysrq-trigger",
    ]
    files = [path for path in files if os.path.exists(path)]
    everything = [os.path.join(top, name) for top in ("/etc", "/dev") for name in os.listdir(top)]
    return {
        "folders": {path: attempt(lambda: create(path)) for path in folders if os.path.isdir(path)},
        "mounts": {path: attempt(lambda: create(path)) for path in places if os.path.isdir(path)},
        "files": {path: attempt(lambda: os.close(os.open(path, os.O_WRONLY | os.O_APPEND))) for path in files},
        "removals": {path: attempt(lambda: os.unlink(path)) for path in files + everything},
        "oom": attempt(lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")),
        "mountinfo": places,
    }
