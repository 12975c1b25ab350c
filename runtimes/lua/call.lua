-- Calls of other hooks over the host channel; loaded at the first call. Lua cannot open a socket, so Bash passes the
-- call on and reads the reply, one at a time.
local control = require("grapnel.control")
local json = require("grapnel.json")

-- $1 is a file with the call. Nothing is read beyond the reply, which the next shell would miss.
local EXCHANGE = [[
cat "$1" >&4 && IFS= read -r -d : -u 4 length && head -c "$length" <&4 && head -c 1 <&4 >/dev/null
]]

local CallError = {
  __name = "CallError",
  __tostring = function(self) return self.message end,
}

-- An error with `code`, which says why in one word, and `message`.
local function refuse(code, message)
  error(setmetatable({ code = code, message = message }, CallError), 0)
end

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function decode_base64(text)
  local parts, bits, count = {}, 0, 0
  for character in text:gmatch("[%w+/]") do
    bits = bits << 6 | ALPHABET:find(character, 1, true) - 1
    count = count + 6
    if count >= 8 then
      count = count - 8
      parts[#parts + 1] = string.char(bits >> count & 0xFF)
      bits = bits & (1 << count) - 1
    end
  end
  return table.concat(parts)
end

local function reply_of(members)
  local body = members.base64 and decode_base64(members.base64) or members.body or ""
  return {
    run = members.run,
    status = members.status or 200,
    headers = members.headers or json.array(),
    body = body,
    text = body,
    result = members.result,
    json = function() return json.decode(body) end,
  }
end

local function exchange(text)
  local name = os.tmpname()
  local file = assert(io.open(name, "wb"))
  assert(file:write(#text, ":", text, ","))
  assert(file:close())
  local pipe = assert(io.popen(("exec bash --norc --noprofile -c '%s' - '%s'"):format(EXCHANGE, name), "r"))
  local reply = pipe:read("a")
  local is_whole = pipe:close()
  os.remove(name)
  if not is_whole then
    refuse("unavailable", "the host closed its channel")
  end
  return json.decode(reply)
end

return function(name, payload)
  local text = json.encode({
    id = 1, method = "hooks.run", params = { hook = name, payload = payload == nil and json.null or payload },
  })
  if #text > control.MAXIMUM_FRAME then
    refuse("too_large", ("the call has %d bytes, more than %d"):format(#text, control.MAXIMUM_FRAME))
  end
  local reply = exchange(text)
  if reply.error then
    refuse(reply.error.code or "internal", reply.error.message or "")
  end
  return reply_of(reply.result)
end
