local hook = require("grapnel")

print(#hook.payload.text)
