while true do io.stderr:write(string.rep("\xff\xfe\0x", 16384)) end
