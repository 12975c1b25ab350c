io.stdout:setvbuf("no")
print("before")
while true do end
