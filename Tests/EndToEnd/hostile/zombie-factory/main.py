import os

# Orphans go to the run's init, which must reap them: otherwise the limit on processes would end this.
for number in range(2000):
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.waitpid(child, 0)
print("done")
