def handler(payload, hook)
  hook.body.read
end
