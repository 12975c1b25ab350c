Grapnel.respond(status: 202)
puts 'first'
Grapnel.flush
print 'second ', $stdin.gets
