io.stdout:setvbuf("no")
print("before")
local number = 0
while true do
  number = number + 1
  local file = assert(io.open("/tmp/grapnel-leftover-" .. number, "wb"))
  assert(file:write(string.rep("x", 1 << 20)))
  assert(file:close())
end
