printf '37:{"type":"head","status":201,"x":"yz"},'
printf 'HTTP/1.1 201 Created\r\nX-Evil: 1\r\n\r\n'
(sleep 600; printf '36:{"type":"log","level":"info","value":1},' >&3) &
