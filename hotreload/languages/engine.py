"""JavaScript programs of our own in a V8, for languages whose compilers are written in it."""

import atexit
import json
import threading
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

# Far more than any file takes: what hangs or swells must take nothing else with it.
_SECONDS = 20.0
_BYTES = 1 << 30


class MissingExtraError(Exception):
    """V8 is not installed."""


class EngineError(Exception):
    """A program came to no end; the message says why. The next call begins with a new V8."""


class Engine:
    """A program that is loaded in the background from the start; usable from any thread.

    Args:
        bundle: its file in this package; it defines the global functions ``call`` and ``warmUp``.
    """

    def __init__(self, bundle: str) -> None:
        self._bundle = bundle
        self._lock = threading.RLock()
        self._v8: MiniRacer | None = None
        name = f"hotreload-{bundle.partition('.')[0]}"
        threading.Thread(target=self._warm_up, name=name, daemon=True).start()

    def __enter__(self) -> None:
        """Keep other threads out until the end of the block: between calls that belong together."""
        self._lock.acquire()

    def __exit__(self, *exception: object) -> None:
        self._lock.release()

    def call(self, argument: object) -> Any:
        """What the program answers; argument and answer are what JSON can hold.

        Raises:
            MissingExtraError: V8 is not installed.
            EngineError: it took too long, or too much memory.
        """
        request = json.dumps(argument)
        with self._lock:
            return json.loads(self._evaluate(f"JSON.stringify(call({request}))"))

    def _evaluate(self, code: str) -> Any:
        v8 = self._load()
        from py_mini_racer import JSOOMException, JSTimeoutException

        try:
            return v8.eval(code, timeout_sec=_SECONDS)
        except JSTimeoutException:
            # Only then has the other one really ended; what it says after the end is an error.
            v8.eval("0")
            self._drop(v8)
            raise EngineError(f"it came to no end within {_SECONDS:.0f} seconds") from None
        except JSOOMException:
            self._drop(v8)
            raise EngineError(f"it took more than {_BYTES >> 20} MiB of memory") from None

    def _warm_up(self) -> None:
        with self._lock:
            try:
                v8 = self._load()
            except MissingExtraError:
                return  # whoever calls says so
        v8.eval("warmUp()")

    def _load(self) -> "MiniRacer":
        if self._v8 is None:
            try:
                from py_mini_racer import MiniRacer
            except ImportError as error:
                raise MissingExtraError from error
            v8 = MiniRacer()
            # Its thread would otherwise be waited for when it is no more.
            atexit.register(v8.close)
            v8.set_hard_memory_limit(_BYTES)
            program = resources.files("hotreload.languages").joinpath(self._bundle)
            v8.eval(f"{program.read_text('utf-8')};0")
            self._v8 = v8
        return self._v8

    def _drop(self, v8: "MiniRacer") -> None:
        self._v8 = None
        atexit.unregister(v8.close)
        v8.close()
