"""The conformance suite of runtimes, for those who run it: without a sandbox, and through a server."""

import json


def read_suite(runtimes):
    """The cases in the folder `runtimes`, with what a runtime's own conformance.json says of them."""
    suite = json.loads((runtimes / "conformance.json").read_text())
    cases = {case["name"]: case for case in suite["cases"]}
    for path in runtimes.glob("*/conformance.json"):
        own, runtime = json.loads(path.read_text()), path.parent.name
        suite["entries"][runtime] = own["entry"]
        for case, reason in own["except"].items():
            cases[case]["except"][runtime] = reason
        cases["exception"]["expect"]["exception"]["type"][runtime] = own["exception"]
        cases["syntax-error"]["expect"]["exit_code"][runtime] = own["syntax-error"]
    return suite
