reply = Grapnel.call('conformance-greet', { name: 'Ada "ü"\\' })
raise "status #{reply.status}" if reply.status != 201

print 'reply: ', reply.text
