import grapnel
import loud


def handler(payload):
    grapnel.respond(status=203)
    return loud.shout(f"Hello, {payload['name']}")
