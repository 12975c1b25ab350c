import os

frame = b'{"type":"head","headers":[["X-Many","' + b"x" * 1000 + b'"]]}'
for _ in range(20_000):
    os.write(3, b"%d:%b," % (len(frame), frame))
print("done")
