"""The builder: one build at a time, in a thread of its own, and no change is lost."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from hotreload.build.contract import Build, BuildFailedError, Built, build_problem

logger = logging.getLogger("hotreload")

# So often may a path change during builds, and during nothing else, until it is held to be written
# by them.
_LOOPS = 3


class Listener(Protocol):
    """Is told, in the builder's thread, what becomes of builds."""

    def started(self, changed: frozenset[Path]) -> None: ...
    def publish(self, written: Iterable[Path]) -> None: ...
    def built(self, built: Built, seconds: float) -> None: ...
    def failed(self, error: BuildFailedError, seconds: float) -> None: ...


class Builder:
    """Builds when asked to; what is asked for during a build goes into the next one.

    Args:
        build: what makes the output.
        listener: is told of it.
    """

    def __init__(self, build: Build, listener: Listener) -> None:
        self._build = build
        self._listener = listener
        self._wake = threading.Condition()
        self._wanted = False
        self._changed: set[Path] = set()
        self._during: set[Path] = set()
        self._own: Counter[Path] = Counter()
        self._running = False
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="hotreload-build", daemon=True)

    def start(self, *, at_once: bool) -> None:
        """Start the thread, and a first build with it if that is wanted."""
        self._wanted = self._wanted or at_once
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a build that is under way is ended too."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._build.close()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    @property
    def idle(self) -> bool:
        """Whether nothing is built and nothing is to be."""
        with self._wake:
            return not self._running and not self._wanted

    def while_idle(self, call: Callable[[], None]) -> None:
        """Call a function if nothing is built, and let nothing be built until it returns."""
        with self._wake:
            if not self._running and not self._wanted:
                call()

    def request(self, changed: Iterable[Path]) -> None:
        """Build because of changed sources; can be called in any thread."""
        with self._wake:
            paths = set(changed)
            if self._running:
                paths = {path for path in paths if self._own[path] < _LOOPS}
                self._during |= paths
            else:
                for path in paths:
                    del self._own[path]
            if not paths:
                return
            self._changed |= paths
            self._wanted = True
            running = self._running
            self._wake.notify()
        if running:
            self._build.hurry()

    def _run(self) -> None:
        while (changed := self._next()) is not None:
            self._listener.started(changed)
            begun = time.monotonic()
            try:
                built = self._build.run(changed, self._listener.publish)
            except BuildFailedError as error:
                self._report(error, _since(begun))
            except Exception as error:
                logger.exception("the build failed")
                text = f"{type(error).__name__}: {error}"
                self._report(BuildFailedError(build_problem("build", text)), _since(begun))
            else:
                self._report(built, _since(begun))
            with self._wake:
                self._running = False
                self._break_loop()

    def _next(self) -> frozenset[Path] | None:
        with self._wake:
            while not (self._wanted or self._stopped):
                self._wake.wait()
            if self._stopped:
                return None
            changed = frozenset(self._changed)
            self._changed.clear()
            self._wanted = False
            self._running = True
            return changed

    def _report(self, result: Built | BuildFailedError, seconds: float) -> None:
        if self._stopped:
            return
        try:
            if isinstance(result, Built):
                self._listener.built(result, seconds)
            else:
                self._listener.failed(result, seconds)
        except Exception:
            logger.exception("the build's output could not be taken over")

    def _break_loop(self) -> None:
        """Find the sources that change whenever something is built."""
        again, self._during = self._during, set()
        self._own = Counter({path: self._own[path] + 1 for path in again})
        written = {path for path, times in self._own.items() if times >= _LOOPS}
        if not written & self._changed:
            return
        logger.warning(
            "%s changes with every build: its changes during builds don't matter any more "
            "(leave it out with --ignore)",
            ", ".join(map(str, sorted(written))),
        )
        self._changed -= written
        self._wanted = bool(self._changed)


def _since(begun: float) -> float:
    return time.monotonic() - begun
