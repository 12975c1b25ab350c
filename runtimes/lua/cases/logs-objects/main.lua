local hook = require("grapnel")

hook.log.info({ a = { 1, true, hook.null } })
