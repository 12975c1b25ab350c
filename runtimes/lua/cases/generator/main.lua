function handler(payload)
  coroutine.yield("first\n")
  coroutine.yield({ second = io.read() })
end
