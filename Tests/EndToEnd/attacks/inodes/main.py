import os

print("before", flush=True)
for number in range(1_000_000):
    os.close(os.open(f"/tmp/grapnel-leftover-{number}", os.O_CREAT | os.O_WRONLY))
