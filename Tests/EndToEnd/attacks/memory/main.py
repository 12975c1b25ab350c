print("before", flush=True)
blocks = []
while True:
    blocks.append(b"x" * (8 << 20))
