"""Uvicorn's server without what its package imports for its own command line.

That brings supervisors and multiprocessing along, for which a start would wait. Who asks the
package for more afterwards gets all of it.
"""

import sys
from importlib.util import find_spec, module_from_spec


def _begin() -> None:
    """Make the package known without running it: its modules can be imported from then on."""
    spec = find_spec("uvicorn")
    if "uvicorn" in sys.modules or spec is None or spec.loader is None:
        return
    package, loader = module_from_spec(spec), spec.loader

    def run(name: str) -> object:
        del package.__getattr__
        loader.exec_module(package)
        return getattr(package, name)

    package.__getattr__ = run  # type: ignore[method-assign]
    sys.modules["uvicorn"] = package


_begin()

from uvicorn.config import Config  # noqa: E402
from uvicorn.server import Server  # noqa: E402

__all__ = ["Config", "Server"]
