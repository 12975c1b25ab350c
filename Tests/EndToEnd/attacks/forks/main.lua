io.stdout:setvbuf("no")
print("before")
while true do
  local pipe = io.popen("sleep 600", "r")
  if not pipe then os.exit(1) end
  Kept = { pipe, Kept }
  -- popen tells of no fork that fails in the shell that it starts; this one does.
  if not os.execute("true") then os.exit(1) end
end
