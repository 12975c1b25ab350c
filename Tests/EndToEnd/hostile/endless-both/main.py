import os

while True:
    os.write(1, b"output\n" * 16)
    os.write(2, b"log\n" * 16)
