local hook = require("grapnel")

hook.header("Content-Type", "application/octet-stream")
io.write(hook.body:read("a"))
