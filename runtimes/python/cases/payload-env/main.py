import os

print(os.environ["HOOK_PAYLOAD"])
