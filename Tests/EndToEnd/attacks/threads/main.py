import threading
import time

print("before", flush=True)
while True:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
