grapnel_header Content-Type application/octet-stream
cat
