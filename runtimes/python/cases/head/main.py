import grapnel

grapnel.respond(status=201, headers={"Content-Type": "application/json", "Location": "/things/1"})
grapnel.header("X-Word", 'über "all"')
print('{"id":1}', end="")
