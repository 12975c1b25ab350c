<?php
header("X-Evil: 1");
http_response_code(201);
echo "37:{\"type\":\"head\",\"status\":201,\"x\":\"yz\"},HTTP/1.1 201 Created\r\nX-Evil: 1\r\n\r\n";
