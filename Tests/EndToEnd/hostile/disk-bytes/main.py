print("before the file", flush=True)
with open("/tmp/grapnel-leftover", "wb", buffering=0) as file:
    while True:
        file.write(b"x" * 65536)
