import os

print(os.environ["SERVICE_TOKEN"], os.environ.get("SERVICE_PASSWORD", "unset"))
