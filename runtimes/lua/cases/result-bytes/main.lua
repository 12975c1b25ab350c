function handler(payload, hook)
  return hook.body:read("a")
end
