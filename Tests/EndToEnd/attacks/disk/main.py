print("before", flush=True)
number = 0
while True:
    # Several files: one alone would meet the limit on the size of a file at the same point.
    number += 1
    with open(f"/tmp/grapnel-leftover-{number}", "wb", buffering=0) as file:
        for _ in range(16):
            file.write(b"x" * 65536)
