io.stdout:setvbuf("no")
print("before")
local file = assert(io.open("/tmp/grapnel-leftover", "wb"))
local block = string.rep("x", 1 << 20)
for _ = 1, 1024 do assert(file:write(block)) end
