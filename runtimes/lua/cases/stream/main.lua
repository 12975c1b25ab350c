local hook = require("grapnel")

for chunk in hook.body:lines(65536) do
  io.write(chunk)
end
