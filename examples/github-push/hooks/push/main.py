import grapnel


def handler(event):
    """Answers a delivery of GitHub; only those with a good signature come here."""
    kind = grapnel.request.headers.get("x-github-event", "")
    if kind == "ping":
        return {"pong": event.get("zen")}
    if kind != "push":
        grapnel.respond(422)
        return {"error": f"this hook is for push events, not for {kind or 'nothing'}"}
    return report(event)


def report(push):
    """What was pushed, in few words."""
    files = set()
    for commit in push["commits"]:
        for change in ("added", "modified", "removed"):
            files.update(commit[change])
    found = {
        "repository": push["repository"]["full_name"],
        "branch": push["ref"].removeprefix("refs/heads/"),
        "by": push["pusher"]["name"],
        "commits": [
            {"id": commit["id"][:8], "author": commit["author"]["name"], "title": commit["message"].split("\n")[0]}
            for commit in push["commits"]
        ],
        "files": len(files),
        "forced": push["forced"],
    }
    grapnel.log.info(
        f"{found['by']} pushed {len(found['commits'])} commits to {found['repository']} ({found['branch']})")
    return found
