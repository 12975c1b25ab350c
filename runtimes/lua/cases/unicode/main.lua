local hook = require("grapnel")

print(("Hello, %s!"):format(hook.params.name))
