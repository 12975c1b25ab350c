def handler(payload, hook)
  "Hello, #{hook.params['name']}"
end
