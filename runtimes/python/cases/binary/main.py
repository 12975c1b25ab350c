import sys

import grapnel

grapnel.header("Content-Type", "application/octet-stream")
sys.stdout.buffer.write(grapnel.body.read())
