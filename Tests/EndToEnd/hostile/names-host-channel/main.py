import errno
import fcntl
import socket
import struct
import termios


def attempt(call, *arguments):
    try:
        call(*arguments)
        return "done"
    except OSError as error:
        return errno.errorcode[error.errno]


# It was made in the host's network.
host = socket.socket(fileno=4)
print(attempt(host.bind, "\0grapnel-left"), attempt(host.listen),
      attempt(host.connect, "\0grapnel-listens"))

# SIOCGIFNAME, SIOCGIFCONF, SIOCGIFADDR, SIOCGIFHWADDR, SIOCGARP, SIOCETHTOOL, SIOCGSKNS: the host's interfaces.
request = struct.pack("16si20x", b"lo", 1)
for command in (0x8910, 0x8912, 0x8915, 0x8927, 0x8954, 0x8946, 0x894C):
    print(attempt(fcntl.ioctl, host, command, request), end=" ")

# What a program may well ask of it is answered.
print(struct.unpack("i", fcntl.ioctl(host, termios.FIONREAD, b"    "))[0])
