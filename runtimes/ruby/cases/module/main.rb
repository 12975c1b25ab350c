require 'grapnel'
require_relative 'loud'

def handler(payload)
  Grapnel.respond(status: 203)
  Loud.shout("Hello, #{payload['name']}")
end
