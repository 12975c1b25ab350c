Grapnel.respond(status: 201, headers: { 'Content-Type' => 'application/json', 'Location' => '/things/1' })
Grapnel.header('X-Word', 'über "all"')
print '{"id":1}'
