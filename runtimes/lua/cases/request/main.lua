local hook = require("grapnel")

local request = hook.request
local hidden = (hook.env.HTTP_AUTHORIZATION or hook.env.HTTP_COOKIE) and "shown" or "hidden"
local words = { request.method, request.path, request.query, request.content_type, request.headers["x-colour"], hidden }
print(table.concat(words, " "))
