import socket


def attempt(family, kind, address):
    try:
        with socket.socket(family, kind) as connection:
            connection.settimeout(2)
            connection.connect(address)
            if kind == socket.SOCK_DGRAM:
                connection.send(b"hello")
                connection.recv(1)
        return "connected"
    except OSError as error:
        return error.strerror or str(error)


def handler(payload):
    port = payload["port"]
    answers = {
        f"{family.name} {host} {number}": attempt(family, socket.SOCK_STREAM, (host, number))
        for family, host in (
            (socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1"),
            (socket.AF_INET, "169.254.169.254"), (socket.AF_INET, "10.0.0.1"), (socket.AF_INET, "192.168.0.1"),
            (socket.AF_INET6, "::ffff:127.0.0.1"))
        for number in (port, 80)
    }
    answers["dns"] = attempt(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.53", 53))
    answers["abstract"] = attempt(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + payload["abstract"])
    for path in payload["sockets"] + ["/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket"]:
        answers[path] = attempt(socket.AF_UNIX, socket.SOCK_STREAM, path)
    with open("/proc/net/dev") as file:
        interfaces = sorted(line.split(":")[0].strip() for line in file if ":" in line)
    return {"answers": answers, "interfaces": interfaces}
