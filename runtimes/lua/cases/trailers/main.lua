local hook = require("grapnel")

local sum = 0
for _, byte in ipairs({ ("abc"):byte(1, -1) }) do
  sum = sum + byte
end
io.write("abc")
hook.trailers({ ["X-Sum"] = sum })
