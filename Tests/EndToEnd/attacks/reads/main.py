import os

for path in os.environ["PARAM_PATHS"].split(","):
    try:
        with open(path, "rb", buffering=0) as file:
            print("BREACH" if file.read(64) else "refused", path)
    except OSError as error:
        print("refused", path, error.strerror)
