import os
import signal

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(5):
            os.dup2(os.open("/dev/null", os.O_RDWR), number)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            signal.pause()
    os._exit(0)
os.wait()
print("the daemon is on its own")
