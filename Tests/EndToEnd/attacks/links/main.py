import os


def attempt(name, path, action):
    try:
        action()
        print("BREACH", name, path)
    except OSError as error:
        print("refused", name, path, error.strerror)


for number, path in enumerate(os.environ["PARAM_PATHS"].split(",")):
    link = f"/tmp/grapnel-leftover-{number}"
    os.symlink(path, link)
    attempt("append", path, lambda: os.close(os.open(link, os.O_WRONLY | os.O_APPEND)))
    attempt("chmod", path, lambda: os.chmod(link, 0o777))
    attempt("chown", path, lambda: os.chown(link, os.getuid(), os.getgid()))
    attempt("link", path, lambda: os.link(path, f"/tmp/hard-{number}", follow_symlinks=False))
# What a careless clean-up would follow: folders that lead out, and one so deep that its path is too long.
os.makedirs("/tmp/a/b")
os.symlink("/", "/tmp/a/b/root")
os.symlink("..", "/tmp/a/b/up")
os.chdir("/tmp/a")
for _ in range(200):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
