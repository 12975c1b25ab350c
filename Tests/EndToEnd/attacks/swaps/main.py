import os

os.makedirs("/tmp/a/b")
os.symlink(os.environ["PARAM_TARGET"], "/tmp/a/link")
if os.fork() == 0:
    for number in range(5):
        os.dup2(os.open("/dev/null", os.O_RDWR), number)
    while True:
        os.rename("/tmp/a/b", "/tmp/a/c")
        os.rename("/tmp/a/link", "/tmp/a/b")
        os.rename("/tmp/a/b", "/tmp/a/link")
        os.rename("/tmp/a/c", "/tmp/a/b")
print("done")
