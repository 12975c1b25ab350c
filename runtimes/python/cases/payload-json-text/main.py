import json


def handler(payload):
    print(json.dumps(payload, separators=(",", ":")))
