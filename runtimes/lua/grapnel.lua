-- What a Lua hook knows of its run, and how it answers: `local hook = require("grapnel")`, or a handler's second
-- argument.
--
--   payload, params, config, request, env, run_id, hook, instance, cause, body
--   respond(status, headers)  header(name, value)  flush()  trailers(fields)  result(value)
--   log.debug/info/warning/error(value)  call(hook, payload)
--   json, null, array(table): see json.lua
local control = require("grapnel.control")
local json = require("grapnel.json")

local hook = { array = json.array, json = json, log = {}, null = json.null }
local is_flushed = false

-- Fields are a table of names and values, or a list of pairs where the order matters or a name comes twice.
local function pairs_of(fields)
  local list = json.array()
  for name, value in pairs(fields) do
    if type(value) == "table" then
      name, value = value[1], value[2]
    end
    list[#list + 1] = { tostring(name), tostring(value) }
  end
  return list
end

-- Sets the status, and adds headers, of the answer; either may be nil.
function hook.respond(status, headers)
  if status ~= nil and not math.tointeger(status) then
    error(("not a status: %s"):format(status), 2)
  end
  local head = { type = "head", status = status }
  if headers then
    head.headers = pairs_of(headers)
    for _, field in ipairs(head.headers) do
      control.has_type = control.has_type or field[1]:lower() == "content-type"
    end
  end
  control.send(json.encode(head))
end

-- Adds one header to the answer.
function hook.header(name, value)
  hook.respond(nil, { { name, value } })
end

-- Sends trailers after the body.
function hook.trailers(fields)
  control.send(json.encode({ type = "trailers", headers = pairs_of(fields) }))
end

-- Sends the head and what was printed so far; from then on every printed line goes out at once.
function hook.flush()
  if not is_flushed then
    is_flushed = true
    control.send('{"type":"flush"}')
    io.stdout:setvbuf("line")
  end
  io.stdout:flush()
end

-- Sets the structured result of the run; the answer's body too, if nothing is printed.
function hook.result(value)
  control.send('{"type":"result","value":' .. json.encode(value) .. "}")
end

-- Values that JSON cannot write are logged as Lua prints them.
local function log(level, value)
  local is_fine, text = pcall(json.encode, value)
  if not is_fine then
    text = json.encode(control.readable(tostring(value)))
  end
  if #text > control.MAXIMUM_FRAME - 64 then
    text = json.encode(control.readable(text:sub(1, control.MAXIMUM_FRAME >> 3)) .. " (cut)")
  end
  control.send(('{"type":"log","level":"%s","value":%s}'):format(level, text))
end

for _, level in ipairs({ "debug", "info", "warning", "error" }) do
  hook.log[level] = function(value)
    log(level, value)
  end
end

-- Runs another hook of the instance and waits for its reply; `hook.yaml` must declare the scope.
-- The reply has run, status, headers, body, text, result and json(). What the host refuses is an error with a `code`.
function hook.call(name, payload)
  return require("grapnel.call")(name, payload)
end

local function read_payload()
  local text = os.getenv("HOOK_PAYLOAD")
  local descriptor = os.getenv("GRAPNEL_PAYLOAD_FD")
  if not text and descriptor then
    -- A file without a name, unlike the pipes, may be opened anew.
    local file <close> = assert(io.open("/proc/self/fd/" .. descriptor, "rb"))
    text = file:read("a")
  end
  return json.decode(text or "null")
end

local function read_params()
  local params = {}
  for name, value in pairs(type(hook.payload) == "table" and hook.payload or {}) do
    local variable = tostring(name):gsub(utf8.charpattern, function(letter)
      return letter:find("^%w$") and letter:upper() or "_"
    end)
    if os.getenv("PARAM_" .. variable) then
      params[name] = value
    end
  end
  return params
end

local function read_env()
  local env = {}
  -- Lua cannot list variables; the kernel has them as they were at the start.
  local file <close> = assert(io.open("/proc/self/environ", "rb"))
  for name, value in file:read("a"):gmatch("([^=\0]+)=([^\0]*)\0") do
    env[name] = value
  end
  return env
end

-- The request that started the run. `headers` has lower-case names; credentials are never among them.
local function read_request()
  local env, headers = hook.env, {}
  for name, value in pairs(env) do
    local header = name:match("^HTTP_(.*)")
    if header then
      headers[header:lower():gsub("_", "-")] = value
    end
  end
  return {
    method = env.REQUEST_METHOD,
    path = env.PATH_INFO or "",
    query = env.QUERY_STRING or "",
    content_type = env.CONTENT_TYPE,
    content_length = math.tointeger(tonumber(env.CONTENT_LENGTH)),
    remote_address = env.REMOTE_ADDR,
    headers = headers,
  }
end

local makers = {
  payload = read_payload,
  params = read_params,
  config = function() return json.decode(os.getenv("HOOK_CONFIG") or "{}") end,
  request = read_request,
  env = read_env,
  run_id = function() return os.getenv("GRAPNEL_RUN_ID") end,
  hook = function() return os.getenv("GRAPNEL_HOOK") end,
  instance = function() return os.getenv("GRAPNEL_INSTANCE") end,
  cause = function() return os.getenv("GRAPNEL_CAUSE") end,
  body = function() return io.stdin end,
}

return setmetatable(hook, {
  __name = "grapnel",
  -- Everything that a script may not need is made at first use.
  __index = function(self, name)
    local value = makers[name] and makers[name]()
    rawset(self, name, value)
    return value
  end,
})
