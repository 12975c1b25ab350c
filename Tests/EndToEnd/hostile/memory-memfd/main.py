import os

print("before the memory", flush=True)
descriptor = os.memfd_create("block")
block = b"x" * (1 << 20)
while True:
    os.write(descriptor, block)
