import os

for folder in ("/tmp", "/dev/shm", "/run/lock", "/run", "/dev/mqueue"):
    name = f"{folder}/grapnel-leftover"
    if os.path.exists(name):
        print("BREACH", name)
    try:
        open(name, "w").close()
        print("made", folder)
    except OSError:
        pass
print("done")
