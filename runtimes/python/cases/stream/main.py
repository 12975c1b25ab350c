import shutil
import sys

import grapnel

shutil.copyfileobj(grapnel.body, sys.stdout.buffer)
