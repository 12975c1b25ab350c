import grapnel


def handler(change):
    cookie = change["record"]
    crumb = {"cookie": cookie["id"], "type": cookie.get("type"), "eaten_by": change["user"]}
    # The same crumb again, if the run is tried again.
    grapnel.records("crumb").put(f"of-{cookie['id']}", crumb)
