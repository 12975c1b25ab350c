import os


def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return error.strerror


def handler(payload):
    answers = {}
    for number, target in enumerate(payload["targets"]):
        name = f"/tmp/grapnel-leftover-{number}"
        os.symlink(target, name)
        answers[f"write {target}"] = attempt(lambda: os.write(os.open(name, os.O_WRONLY), b"overwritten"))
        answers[f"chmod {target}"] = attempt(lambda: os.chmod(name, 0o777))
        answers[f"chown {target}"] = attempt(lambda: os.chown(name, os.getuid(), os.getgid()))
        answers[f"link {target}"] = attempt(lambda: os.link(target, f"/tmp/hard-{number}", follow_symlinks=False))
    # What a careless clean-up would follow: folders that lead out, and one so deep that its path is too long.
    os.makedirs("/tmp/a/b")
    os.symlink("/", "/tmp/a/b/root")
    os.symlink("..", "/tmp/a/b/up")
    os.chdir("/tmp/a")
    for _ in range(200):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    return answers
