"""The conformance suite of runtimes, for those who run it: without a sandbox, and through a server."""

import json


def folder_of(runtimes, runtime, case):
    """The folder of a case's files: one of its own, or one of several cases, which is compiled once for them."""
    own = runtimes / runtime / "conformance.json"
    shared = json.loads(own.read_text()).get("folders", {}) if own.exists() else {}
    name = next((folder for folder, names in shared.items() if case["name"] in names), case["name"])
    return runtimes / runtime / "cases" / name


def replace(expect, name, runtime, value):
    """Expects something else of one runtime: a value that differs by runtime is a mapping with `*` for all others."""
    if not isinstance(expect[name], dict):
        expect[name] = {"*": expect[name]}
    expect[name][runtime] = value


def of_runtime(value, runtime, names):
    """A value that may differ by runtime."""
    if not isinstance(value, dict) or not value or not set(value) <= {*names, "*"}:
        return value
    return value[runtime] if runtime in value else value["*"]


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
        if "traceback" in own:
            replace(cases["exception"]["expect"], "stderr_contains", runtime, own["traceback"])
            replace(cases["exception"]["expect"]["exception"], "traceback_contains", runtime, own["traceback"])
        cases["syntax-error"]["expect"]["exit_code"][runtime] = own["syntax-error"]
    return suite
