import sys


def handler(payload):
    yield "first\n"
    yield {"second": sys.stdin.readline().strip()}
