# The fork server of Python: begins the interpreter once, so that every run is a fork of it. It reads no hook and knows
# none; what a run may inherit is made here, and what it must have of its own is renewed after the fork.
import sys

sys.path.insert(0, sys.argv[0][:-10])
import grapnel

ordinary = set(sys.modules)
import grapnel_extra

del sys.path[0]
# What most hooks import.
import base64
import collections
import ctypes
import dataclasses
import datetime
import enum
import functools
import gc
import itertools
import json
import math
import os
import pathlib
import posix
import random
import re
import string
import time
import traceback
import typing
import urllib.parse

early = set(sys.modules) - ordinary - {"grapnel_extra"}


def renew(library):
    """Makes the interpreter that of a process of its own, and returns the run's entry file."""
    ctypes.pythonapi.PyOS_AfterFork_Child()
    length = ctypes.c_size_t()
    variables = ctypes.string_at(library.gs_run_environment(ctypes.byref(length)), length.value)
    # The dictionary of os.environ too.
    posix.environ.clear()
    for variable in variables.split(b"\0")[:-1]:
        name, _, value = variable.partition(b"=")
        posix.environ[name] = value
    if b"TZ" in posix.environ:
        time.tzset()
    entry = os.fsdecode(library.gs_run_entry())
    sys.argv = sys.orig_argv = [*sys.orig_argv[:-2], entry]
    # A module of the bundle goes before one of the same name that has been imported early.
    folder = entry[: entry.rfind("/")] or "/"
    if not early.isdisjoint(name.partition(".")[0] for name in posix.listdir(folder)):
        for name in early:
            sys.modules.pop(name, None)
    return entry


def serve():
    library = ctypes.PyDLL(sys.argv[1])
    library.gs_run_entry.restype = ctypes.c_char_p
    library.gs_run_environment.restype = ctypes.c_void_p
    library.gs_run_environment.argtypes = [ctypes.c_void_p]
    gc.collect()
    # What is here is never garbage: a run need not look at it, and so not copy it.
    gc.freeze()
    library.gs_fork_serve()
    return renew(library)


def go(main, run=grapnel._run, leave=grapnel_extra.leave, known=frozenset([*sys.modules, "__main__"])):
    ended = None
    try:
        # From here on the globals are the hook's.
        run(serve(), main)
    except SystemExit as error:
        ended = error
    leave(ended, main, known)


go(globals())
