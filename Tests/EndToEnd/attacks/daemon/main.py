import os
import signal

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for number in range(5):
            os.dup2(os.open("/dev/null", os.O_RDWR), number)
        while True:
            signal.pause()
    os._exit(0)
os.wait()
print("done")
