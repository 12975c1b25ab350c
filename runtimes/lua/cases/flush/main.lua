local hook = require("grapnel")

hook.respond(202)
print("first")
hook.flush()
print("second " .. io.read())
