def handler(payload):
    a, b = payload["a"], payload["b"]
    return {"sum": a + b, "parts": [a, b], "nothing": None, "word": "ü"}
