io.stdout:setvbuf("no")
while true do
  print("a line of output")
  io.stderr:write("a line of the log\n")
end
