def handler(payload, hook):
    return f"Hello, {hook.params['name']}"
