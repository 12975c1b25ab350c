import grapnel

ROOM = 12


def handler(change):
    cookie = change["record"]
    jar = cookie.get("jar")
    if jar is None:
        return None
    inside = grapnel.records("cookie").list(where={"jar": jar}, limit=ROOM + 1)
    if sum(1 for other in inside if other["id"] != cookie["id"]) >= ROOM:
        return {"refuse": f"the jar {jar} is full", "field": "jar"}
    return None
