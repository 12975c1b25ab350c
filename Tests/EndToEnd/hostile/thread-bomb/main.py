import threading
import time

print("before the threads", flush=True)
while True:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
