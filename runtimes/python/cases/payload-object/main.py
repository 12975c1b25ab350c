def handler(payload):
    item = payload["items"][1]
    print(item["name"], item["born"])
    return None
