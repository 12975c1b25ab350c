require 'json'

def handler(payload)
  puts JSON.generate(payload)
end
