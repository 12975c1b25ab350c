def handler(payload):
    return f"Hello, {payload['name']}!\n"
