local hook = require("grapnel")

hook.respond(201, { ["Content-Type"] = "application/json", Location = "/things/1" })
hook.header("X-Word", 'über "all"')
io.write('{"id":1}')
