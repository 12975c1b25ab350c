"""Runs the suite against one server; see `run`."""

import argparse
import pathlib
import sys
import unittest

import case
import deviations
import target

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(prog="run")
    parser.add_argument("--against", choices=["kinto", "grapnel"], required=True)
    parser.add_argument("--url", help="of a server that runs already, with the version: http://127.0.0.1:8888/v1")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    loader = unittest.TestLoader()
    if options.names:
        tests = loader.loadTestsFromNames(options.names)
    else:
        tests = loader.discover(str(HERE), top_level_dir=str(HERE))
    target.Target.current = server = target.start(options.against, options.url)
    try:
        result = unittest.TextTestRunner(verbosity=2 if options.verbose else 1).run(tests)
    finally:
        server.stop()
    is_good = result.wasSuccessful()
    if not options.names and (unused := sorted(set(deviations.DEVIATIONS) - case.KintoCase.deviations_seen)):
        print(f"no test looks at these deviations: {', '.join(unused)}", file=sys.stderr)
        is_good = False
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
