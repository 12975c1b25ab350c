require("grapnel").header("X-Kept", "yes")
print("before")
os.exit()
print("after")
