io.stdout:setvbuf("no")
print("before")
-- A pipe that nobody writes to.
io.popen("exec sleep 600", "r"):read("a")
