import os
import sys

sys.stdout.buffer.write(open("/proc/self/environ", "rb").read())
