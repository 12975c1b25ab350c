io.stdout:setvbuf("no")
print("before")
local number = 0
while true do
  number = number + 1
  assert(io.open("/tmp/grapnel-leftover-" .. number, "wb")):close()
end
