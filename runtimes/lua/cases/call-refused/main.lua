local hook = require("grapnel")

local is_fine, problem = pcall(hook.call, "conformance-greet")
print(is_fine and "answered" or problem.code == "forbidden" and "refused" or problem)
