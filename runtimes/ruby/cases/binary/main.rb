Grapnel.header('Content-Type', 'application/octet-stream')
print Grapnel.body.read
