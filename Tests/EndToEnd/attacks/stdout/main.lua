while true do print("a line of output") end
