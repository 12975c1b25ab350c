import os

print("before", flush=True)
os.fork()
os.fork()
while True:
    pass
