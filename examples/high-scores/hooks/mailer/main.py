import grapnel


def handler(change):
    score = change["record"]
    better = grapnel.records("scores").list(where={"points": {"min": score["points"]}}, sort=["-points"], limit=2)
    if any(other["id"] != score["id"] for other in better):
        return {"mailed": False}
    # A run that is tried again after a failure writes the same mail, not another one.
    mail = grapnel.records("outbox").put(
        f"score-{score['id']}",
        {
            "to": "players@example.org",
            "subject": f"{score['player']} has the high score: {score['points']}",
            "body": f"Nobody has more than {score['player']} since {change['time']}.",
        },
    )
    return {"mailed": True, "mail": mail["id"]}
