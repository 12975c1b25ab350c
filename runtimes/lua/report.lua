-- Prints the error and its traceback as Lua does, without the bootstrap's own frames, and tells the host.
local control = require("grapnel.control")
local json = require("grapnel.json")

local MAXIMUM_TEXT = 128 << 10

-- A table that does not say how it is shown is shown as JSON.
local function text_of(problem)
  local metatable = getmetatable(problem)
  local has_text = type(problem) ~= "table" or type(metatable) == "table" and metatable.__tostring
  local is_fine, text = pcall(has_text and tostring or json.encode, problem)
  return is_fine and text or type(problem)
end

-- An error object says its type in the `__name` of its metatable; a string is what `error` and Lua itself raise.
local function type_of(problem)
  local metatable = getmetatable(problem)
  if type(problem) == "string" then
    return "error"
  end
  return type(metatable) == "table" and type(metatable.__name) == "string" and metatable.__name or type(problem)
end

return function(problem, thread, folder)
  local text = text_of(problem)
  local lines = {}
  for line in (thread and debug.traceback(thread, text) or text):gmatch("[^\n]+") do
    local is_own = line:sub(1, #folder + 2) == "\t" .. folder .. "/" and line:find("^%l+%.lua:", #folder + 3)
    if not is_own then
      lines[#lines + 1] = line
    end
  end
  local traceback = table.concat(lines, "\n") .. "\n"
  io.stdout:flush()
  io.stderr:write(traceback)
  -- Lua puts the place before the message of a string; the traceback keeps it.
  local message = type(problem) == "string" and text:gsub("^[^\n:]+:%d+: ", "") or text
  -- Where no process is left for a shell, the log has what happened and the exit code says that it did.
  pcall(control.send, json.encode({
    type = "error",
    exception = control.readable(type_of(problem):sub(1, 1024)),
    message = control.readable(message:sub(1, MAXIMUM_TEXT)),
    traceback = control.readable(traceback:sub(-MAXIMUM_TEXT)),
  }))
end
