function handler(payload, hook)
  print(hook.json.encode(payload))
end
