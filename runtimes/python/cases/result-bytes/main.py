import grapnel


def handler(payload):
    return grapnel.body.read()
