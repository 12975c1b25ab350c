io.stdout:setvbuf("no")
print("before")
while true do io.stderr:write("a line of the log\n") end
