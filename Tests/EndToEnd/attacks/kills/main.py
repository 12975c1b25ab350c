import os
import signal

for process in os.environ["PARAM_PROCESSES"].split(","):
    try:
        os.kill(int(process), signal.SIGKILL)
        print("BREACH", process)
    except OSError as error:
        print("refused", process, error.strerror)
for process in (1, os.getppid(), -1):
    try:
        # Init takes no signal from below; "all" is nobody but init here.
        os.kill(process, signal.SIGKILL)
    except OSError:
        pass
print("done")
