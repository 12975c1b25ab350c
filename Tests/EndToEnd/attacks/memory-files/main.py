import mmap
import os

print("before", flush=True)
descriptor = os.memfd_create("block")
os.ftruncate(descriptor, 1 << 30)
with mmap.mmap(descriptor, 1 << 30) as memory:
    for offset in range(0, 1 << 30, mmap.PAGESIZE):
        memory[offset] = 1
