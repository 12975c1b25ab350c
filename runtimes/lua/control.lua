-- Control frames. Lua can open files by name only, and a run may not open its pipes anew (they belong to the host), so
-- a shell, which has them as descriptors, passes the frames on. A frame is sent when `send` returns: what is printed
-- later comes later.
local control = { MAXIMUM_FRAME = 1 << 20, has_type = false }

-- What a command line can surely hold: the kernel's limit of one argument is 128 KiB, and quotes take more in it.
local MAXIMUM_WORD = 16 << 10

-- Sends the text of one frame.
function control.send(text)
  if #text > control.MAXIMUM_FRAME then
    error(("a control frame has %d bytes, more than %d"):format(#text, control.MAXIMUM_FRAME), 3)
  end
  local frame = ("%d:%s,"):format(#text, text)
  local is_sent
  if #frame <= MAXIMUM_WORD then
    is_sent = os.execute("printf %s '" .. frame:gsub("'", "'\\''") .. "' >&3")
  else
    local pipe <close> = assert(io.popen("exec cat >&3", "w"))
    is_sent = pipe:write(frame) and pipe:close()
  end
  if not is_sent then
    error("a control frame cannot be sent: there is no shell, or no process left for it", 3)
  end
end

-- The text with a question mark for every byte that is not part of a character, so that JSON can hold it.
function control.readable(text)
  local parts, position = {}, 1
  while true do
    local length, wrong = utf8.len(text, position)
    if length then
      return table.concat(parts) .. text:sub(position)
    end
    parts[#parts + 1] = text:sub(position, wrong - 1) .. "?"
    position = wrong + 1
  end
end

return control
