import sys

import grapnel

grapnel.respond(status=202)
print("first")
grapnel.flush()
print("second", sys.stdin.readline(), end="")
