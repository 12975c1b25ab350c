-- What becomes of the value that a handler returns, and of those that it yields.
local control = require("grapnel.control")
local hook = require("grapnel")
local json = require("grapnel.json")

local answer = {}

local function print_all(data)
  assert(io.stdout:write(data))
end

-- Text is UTF-8, all other strings are bytes; what goes beyond a frame is printed.
function answer.finish(value)
  if type(value) == "string" and not utf8.len(value) then
    if not control.has_type then
      hook.header("Content-Type", "application/octet-stream")
    end
    return print_all(value)
  end
  local text = json.encode(value)
  if #text <= control.MAXIMUM_FRAME - 64 then
    control.send('{"type":"result","value":' .. text .. "}")
  elseif type(value) == "string" then
    print_all(value)
  else
    if not control.has_type then
      hook.header("Content-Type", "application/json")
    end
    print_all(text .. "\n")
  end
end

-- Sends one piece of the body now: a string as it is, any other value as a line of JSON.
function answer.stream(chunk)
  local text = type(chunk) == "string" and chunk or json.encode(chunk) .. "\n"
  hook.flush()
  print_all(text)
  io.stdout:flush()
end

return answer
