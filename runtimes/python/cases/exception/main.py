def deeper():
    raise ValueError("no such luck")


def handler(payload):
    deeper()
