def handler(end, hook):
    name = f"{end['hook']}/{end['schedule']['name']}"
    if end["status"] == "succeeded":
        hook.log.info(f"{name} is well again, after {end['schedule']['failures']} failures in a row")
        return
    failure = end.get("failure", {})
    hook.log.error(f"{name} has failed in its attempt {end['attempt']}: {failure.get('message', end['status'])}")
