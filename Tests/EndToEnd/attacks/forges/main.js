process.stdout.write('37:{"type":"head","status":201,"x":"yz"},HTTP/1.1 201 Created\r\nX-Evil: 1\r\n\r\n');
