local hook = require("grapnel")

print(hook.config.greeting.text)
