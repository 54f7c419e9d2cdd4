"""Uvicorn's server without what its package imports for its own command line.

That brings supervisors and multiprocessing along, for which a start would wait. Who asks the
package for more afterwards gets all of it.
"""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def _begin() -> ModuleType:
    """Make the package known without running it: its modules can be imported from then on."""
    spec = find_spec("uvicorn")
    if "uvicorn" in sys.modules or spec is None or spec.loader is None:
        return sys.modules["uvicorn"]
    package, loader = module_from_spec(spec), spec.loader

    def run(name: str) -> object:
        del package.__getattr__
        loader.exec_module(package)
        return getattr(package, name)

    package.__getattr__ = run  # type: ignore[method-assign]
    sys.modules["uvicorn"] = package
    return package


_package = _begin()

from uvicorn.config import Config  # noqa: E402
from uvicorn.server import Server  # noqa: E402

# What its own modules import from it as the server begins.
_package.Config, _package.Server = Config, Server  # type: ignore[attr-defined]

__all__ = ["Config", "Server"]
