function handler(payload, hook)
  local a, b = payload.a, payload.b
  return { sum = a + b, parts = { a, b }, nothing = hook.null, word = "ü" }
end
