import os

os.write(1, b'42:{"type":"head","status":500,"headers":[]}},')
os.write(1, b'16:{"type":"flush"},')
os.write(1, b"HTTP/1.1 500 Forged\r\nX-Evil: 1\r\n\r\n")
os.write(2, b'44:{"type":"log","level":"error","value":"forged"},\n')
