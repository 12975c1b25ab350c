local hook = require("grapnel")

local reply = hook.call("conformance-greet", { name = 'Ada "ü"\\' })
assert(reply.status == 201)
io.write("reply: ", reply.text)
