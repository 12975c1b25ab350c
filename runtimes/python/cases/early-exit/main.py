import sys

import grapnel

grapnel.header("X-Kept", "yes")
print("before")
sys.exit()
print("after")
