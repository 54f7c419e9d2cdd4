"""Uvicorn's server without what only its own command line needs.

Importing the rest would make a start wait: supervisors, multiprocessing and the configuration of
logging, none of which our server uses. They are imported when somebody asks for them.
"""

import logging
import sys
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType


def _put_off(name: str) -> ModuleType:
    """Make a module known without running it: that happens when something in it is asked for.

    Those in a package can be imported from then on. The standard library's ``LazyLoader`` is no
    use here, since an ``import`` statement alone makes it load.
    """
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return sys.modules[name]
    module, loader = module_from_spec(spec), spec.loader
    lock = RLock()
    begun = False

    def run(wanted: str) -> object:
        nonlocal begun
        with lock:
            if not begun:
                begun = True
                loader.exec_module(module)
                del module.__getattr__
        if wanted in vars(module):
            return vars(module)[wanted]
        raise AttributeError(f"module {name!r} has no attribute {wanted!r}")

    module.__getattr__ = run  # type: ignore[method-assign]
    sys.modules[name] = module
    return module


logging.config = _put_off("logging.config")
_package = _put_off("uvicorn")

from uvicorn.config import Config  # noqa: E402
from uvicorn.server import Server  # noqa: E402

# What its own modules import from it as the server begins.
_package.Config, _package.Server = Config, Server  # type: ignore[attr-defined]

__all__ = ["Config", "Server"]
