grapnel_status 201
grapnel_header Content-Type application/json
grapnel_header Location /things/1
grapnel_header X-Word 'über "all"'
printf '{"id":1}'
