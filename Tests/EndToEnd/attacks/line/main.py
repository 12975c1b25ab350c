import os

while True:
    os.write(2, b"\xff\xfe\0x" * 16384)
