import sys

print("before", flush=True)
while True:
    sys.stderr.write("a line of the log\n")
