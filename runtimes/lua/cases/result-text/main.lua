function handler(payload, hook)
  return "Hello, " .. hook.params.name
end
