def handler(payload):
    pass
