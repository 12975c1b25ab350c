import os

print(os.environ["PARAM_NAME"], os.environ["PARAM_COUNT"], os.environ.get("PARAM_EXTRA", "unset"))
