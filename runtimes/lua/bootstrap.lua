-- Runs the hook's file. The modules beside this file are read at first use: most scripts only print.
local folder, entry = arg[0]:match("^(.*)/"), arg[1]
arg = { [0] = entry }
local bundle = entry:match("^(.*/)")
local installed = os.getenv("GRAPNEL_DEPENDENCIES")
if installed then
  local share = installed .. "/lua/share/lua/" .. _VERSION:sub(5) .. "/"
  local lib = installed .. "/lua/lib/lua/" .. _VERSION:sub(5) .. "/"
  package.path = share .. "?.lua;" .. share .. "?/init.lua;" .. package.path
  package.cpath = lib .. "?.so;" .. package.cpath
end
package.path = bundle .. "?.lua;" .. bundle .. "?/init.lua;" .. package.path
for name, file in pairs({
  grapnel = "grapnel", ["grapnel.answer"] = "answer", ["grapnel.call"] = "call", ["grapnel.control"] = "control",
  ["grapnel.json"] = "json", ["grapnel.report"] = "report",
}) do
  package.preload[name] = function()
    return dofile(folder .. "/" .. file .. ".lua")
  end
end

local function fail(problem, thread)
  require("grapnel.report")(problem, thread, folder)
  os.exit(1)
end

-- Runs `body` to its end, streams what it yields, and returns what it returns. In a coroutine it has a stack of its
-- own, with nothing of the bootstrap in it, that is still there after an error.
local function run(body, ...)
  local thread = coroutine.create(body)
  local is_fine, value = coroutine.resume(thread, ...)
  while is_fine and coroutine.status(thread) == "suspended" do
    is_fine, value = pcall(require("grapnel.answer").stream, value)
    if is_fine then
      is_fine, value = coroutine.resume(thread)
    end
  end
  if not is_fine then
    fail(value, thread)
  end
  return value
end

local function iterate(next_chunk)
  for chunk in next_chunk do
    coroutine.yield(chunk)
  end
end

local main, problem = loadfile(entry)
if not main then
  fail(setmetatable({}, { __name = "SyntaxError", __tostring = function() return problem end }))
end
run(main)
local handler = rawget(_G, "handler")
if type(handler) == "function" then
  local value = run(function()
    local hook = require("grapnel")
    local value = handler(hook.payload, hook)  -- No tail call, which the traceback would show.
    return value
  end)
  if type(value) == "function" then
    run(iterate, value)
  else
    run(require("grapnel.answer").finish, value)
  end
end
