import os


def handler(payload):
    return dict(os.environ)
