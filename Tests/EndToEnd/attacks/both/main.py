import sys

while True:
    print("a line of output", flush=True)
    print("a line of the log", file=sys.stderr)
