def handel(payload):
    return "never"
