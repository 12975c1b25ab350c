local hook = require("grapnel")
local loud = require("loud")

function handler(payload)
  hook.respond(203)
  return loud.shout("Hello, " .. payload.name)
end
