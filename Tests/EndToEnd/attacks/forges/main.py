import os
import sys
import time

sys.stdout.write('37:{"type":"head","status":201,"x":"yz"},HTTP/1.1 201 Created\r\nX-Evil: 1\r\n\r\n')
sys.stdout.flush()
if os.fork() == 0:
    # When the run is over, so is its channel, and so is this.
    while os.getppid() != 1:
        time.sleep(0.001)
    while True:
        os.write(3, b'42:{"type":"log","level":"info","value":"late"},'[:0])
