-- JSON: `encode(value)`, `decode(text)`, `null`, `array(table)`.
--
-- A JSON object is a table with text as keys, an array one with the keys 1 to its length. An empty table is an object,
-- unless `array` marked it; `decode` marks every array, so what it read is written the same. `null` stands for null,
-- since a table cannot hold nil. A number without fraction and exponent is an integer where 64 bits hold it; a float
-- that is a whole number is written as an integer up to 2^53. Text is UTF-8; all else is an error, and so are NaN and
-- infinity.
local json = {}

json.null = setmetatable({}, {
  __name = "null",
  __newindex = function() error("null cannot be changed", 2) end,
  __tostring = function() return "null" end,
})

local Array = { __name = "array" }

-- Marks a table as an array, which matters where it is empty.
function json.array(values)
  return setmetatable(values or {}, Array)
end

local ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(character)
  return ESCAPES[character] or ("\\u%04x"):format(character:byte())
end

local function encode_text(text)
  if not utf8.len(text) then
    error("text that is not UTF-8 cannot be written as JSON", 0)
  end
  return '"' .. text:gsub('[\0-\31"\\\127]', escape) .. '"'
end

local function encode_number(number)
  local integer = math.tointeger(number)
  if integer and (math.type(number) == "integer" or math.abs(number) <= 2 ^ 53) then
    return ("%d"):format(integer)
  end
  if number ~= number or number == math.huge or number == -math.huge then
    error(("%s cannot be written as JSON"):format(number), 0)
  end
  -- The shortest of the two that reads back as the same number.
  local text = ("%.15g"):format(number)
  return tonumber(text) == number and text or ("%.17g"):format(number)
end

local append

local function append_array(parts, values, seen)
  parts[#parts + 1] = "["
  for index = 1, #values do
    if index > 1 then
      parts[#parts + 1] = ","
    end
    append(parts, values[index], seen)
  end
  parts[#parts + 1] = "]"
end

-- Members are sorted by name: `pairs` has a different order in every run.
local function append_object(parts, members, seen)
  local names = {}
  for name in pairs(members) do
    if type(name) ~= "string" then
      error(("a table with the key %s is neither an array nor an object of JSON"):format(tostring(name)), 0)
    end
    names[#names + 1] = name
  end
  table.sort(names)
  parts[#parts + 1] = "{"
  for index, name in ipairs(names) do
    parts[#parts + 1] = (index > 1 and "," or "") .. encode_text(name) .. ":"
    append(parts, members[name], seen)
  end
  parts[#parts + 1] = "}"
end

-- Whether the keys are 1 to a length that is not 0.
local function is_sequence(values)
  local length = #values
  local count = 0
  for _ in pairs(values) do
    count = count + 1
  end
  return length > 0 and count == length
end

function append(parts, value, seen)
  local kind = type(value)
  if kind == "string" then
    parts[#parts + 1] = encode_text(value)
  elseif kind == "number" then
    parts[#parts + 1] = encode_number(value)
  elseif kind == "boolean" or kind == "nil" or value == json.null then
    parts[#parts + 1] = kind == "boolean" and tostring(value) or "null"
  elseif kind == "table" then
    if seen[value] then
      error("a table that is in itself cannot be written as JSON", 0)
    end
    seen[value] = true
    if getmetatable(value) == Array or is_sequence(value) then
      append_array(parts, value, seen)
    else
      append_object(parts, value, seen)
    end
    seen[value] = nil
  else
    error(("a value of type %s cannot be written as JSON"):format(kind), 0)
  end
end

-- The value as JSON, without spaces.
function json.encode(value)
  local parts = {}
  append(parts, value, {})
  return table.concat(parts)
end

local function refuse(position, what)
  error(("not JSON at byte %d: %s"):format(position, what), 0)
end

local function skip(text, position)
  return text:find("[^ \t\r\n]", position) or #text + 1
end

local UNESCAPES = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

-- The character of the escape whose backslash is at `position`, and the position after it. A character beyond 16 bits
-- is two escapes, a pair of surrogates; half a pair is no character.
local function decode_escape(text, position)
  local letter = text:sub(position + 1, position + 1)
  if letter ~= "u" then
    return UNESCAPES[letter] or refuse(position, "an unknown escape"), position + 2
  end
  local code = tonumber(text:match("^%x%x%x%x", position + 2) or refuse(position, "an unknown escape"), 16)
  if code < 0xD800 or code > 0xDFFF then
    return utf8.char(code), position + 6
  end
  local low = text:match("^\\u([dD][c-fC-F]%x%x)", position + 6)
  if code > 0xDBFF or not low then
    refuse(position, "half a surrogate pair")
  end
  return utf8.char(0x10000 + ((code - 0xD800) << 10) + (tonumber(low, 16) - 0xDC00)), position + 12
end

-- The text whose opening quote is at `position`, and the position after it.
local function decode_text(text, position)
  local parts = {}
  position = position + 1
  while true do
    local found = text:find('[\0-\31"\\]', position) or refuse(#text + 1, "the text has no end")
    parts[#parts + 1] = text:sub(position, found - 1)
    local byte = text:byte(found)
    if byte == 34 then
      return table.concat(parts), found + 1
    elseif byte ~= 92 then
      refuse(found, "a control character in text")
    end
    parts[#parts + 1], position = decode_escape(text, found)
  end
end

local function decode_number(text, position)
  local digits = text:match("^-?%d+", position) or refuse(position, "no value")
  if digits:find("^-?0%d") then
    refuse(position, "a number that begins with 0")
  end
  local stop = position + #digits
  local fraction = text:match("^%.%d+", stop) or ""
  local exponent = text:match("^[eE][+-]?%d+", stop + #fraction) or ""
  return tonumber(digits .. fraction .. exponent), stop + #fraction + #exponent
end

local decode_value

local function decode_array(text, position)
  local values, length = json.array(), 0
  position = skip(text, position + 1)
  if text:sub(position, position) == "]" then
    return values, position + 1
  end
  while true do
    length = length + 1
    values[length], position = decode_value(text, position)
    position = skip(text, position)
    local character = text:sub(position, position)
    if character == "]" then
      return values, position + 1
    elseif character ~= "," then
      refuse(position, "',' or ']' is missing")
    end
    position = position + 1
  end
end

local function decode_object(text, position)
  local members = {}
  position = skip(text, position + 1)
  if text:sub(position, position) == "}" then
    return members, position + 1
  end
  while true do
    position = skip(text, position)
    if text:sub(position, position) ~= '"' then
      refuse(position, "a name is missing")
    end
    local name
    name, position = decode_text(text, position)
    position = skip(text, position)
    if text:sub(position, position) ~= ":" then
      refuse(position, "':' is missing")
    end
    members[name], position = decode_value(text, position + 1)
    position = skip(text, position)
    local character = text:sub(position, position)
    if character == "}" then
      return members, position + 1
    elseif character ~= "," then
      refuse(position, "',' or '}' is missing")
    end
    position = position + 1
  end
end

function decode_value(text, position)
  position = skip(text, position)
  local character = text:sub(position, position)
  if character == '"' then
    return decode_text(text, position)
  elseif character == "{" then
    return decode_object(text, position)
  elseif character == "[" then
    return decode_array(text, position)
  elseif text:find("^true", position) then
    return true, position + 4
  elseif text:find("^false", position) then
    return false, position + 5
  elseif text:find("^null", position) then
    return json.null, position + 4
  end
  return decode_number(text, position)
end

-- The value of a JSON text.
function json.decode(text)
  local value, position = decode_value(text, 1)
  position = skip(text, position)
  if position <= #text then
    refuse(position, "something follows the value")
  end
  return value
end

return json
