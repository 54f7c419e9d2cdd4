"""Stands in for the process of an engine: it ends where a thread that is not its first has a V8.

V8 may run only in the thread that started it, and in those that descend from that. It is started
with the first context, and each context starts a thread of its own, so who makes contexts decides.
"""

import os
import runpy
import sys
import threading
from pathlib import Path

from py_mini_racer import _mini_racer

import hotreload

STATUS = 9
_make = _mini_racer._make_context


def _watched(*arguments: object) -> object:
    if threading.current_thread() is not threading.main_thread():
        os._exit(STATUS)
    return _make(*arguments)  # type: ignore[arg-type]


_mini_racer._make_context = _watched  # type: ignore[assignment]
sys.argv[0] = str(Path(hotreload.__file__).parent / "plugins/languages/engine_process.py")
runpy.run_path(sys.argv[0], run_name="__main__")
