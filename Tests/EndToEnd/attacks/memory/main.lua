io.stdout:setvbuf("no")
print("before")
local blocks = {}
while true do blocks[#blocks + 1] = string.rep("x", 8 << 20) .. #blocks end
