import array
import os
import socket

host = socket.socket(fileno=4)
listener = socket.socket(socket.AF_UNIX)
listener.bind("\0grapnel-passed")
listener.listen()
for descriptor in (os.open("/proc/self/ns/net", os.O_RDONLY), listener.fileno()):
    try:
        host.sendmsg([b" "], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))])
        print("sent")
    except PermissionError:
        print("refused")
