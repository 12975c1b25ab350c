-- Control frames. Lua opens files by name only; /dev/fd/3 is the name of the control pipe. It is opened at the first frame,
-- and each frame is sent when `send` returns: what is printed later comes later.
local control = { MAXIMUM_FRAME = 1 << 20, has_type = false }

local pipe

-- Sends the text of one frame.
function control.send(text)
  if #text > control.MAXIMUM_FRAME then
    error(("a control frame has %d bytes, more than %d"):format(#text, control.MAXIMUM_FRAME), 3)
  end
  if not pipe then
    pipe = assert(io.open("/dev/fd/3", "ab"))
    pipe:setvbuf("full", 2 * control.MAXIMUM_FRAME)
  end
  if not (pipe:write(#text, ":", text, ",") and pipe:flush()) then
    error("a control frame cannot be sent", 3)
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
