"""The builder: one build at a time, in a thread of its own, and no change is lost."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from hotreload.hosts.rebuild.contract import Build, BuildFailedError, Built, build_problem
from hotreload.hosts.rebuild.loops import Loops

logger = logging.getLogger("hotreload")

# A build that takes so much longer than those before it, and no less than this, may hang.
_TIMES_LONGER = 5
_SHORTEST_PATIENCE = 10.0
_FIRST_PATIENCE = 30.0


class Listener(Protocol):
    """Is told, in the builder's thread, what becomes of builds."""

    def started(self, changed: frozenset[Path]) -> None: ...
    def publish(self, written: Iterable[Path]) -> None: ...
    def built(self, built: Built, seconds: float) -> None: ...
    def failed(self, error: BuildFailedError, seconds: float) -> None: ...
    def slow(self, seconds: float) -> None: ...


class Builder:
    """Builds when asked to; what is asked for during a build goes into the next one.

    A change is handed to each build until one has gone through that had it from its start.

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
        # What builds were given that did not go through.
        self._unbuilt: frozenset[Path] = frozenset()
        self._loops = Loops()
        self._asked_idle = False
        self._running = False
        self._stopped = False
        self._patience = _Patience()
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
            if not paths:
                return
            self._changed |= paths
            self._wanted = True
            running = self._running
            if not running and not all(map(self._loops.may_be_own, paths)):
                self._asked_idle = True
            self._wake.notify()
        if running:
            self._build.hurry()

    def _run(self) -> None:
        while (changed := self._next()) is not None:
            self._listener.started(changed)
            begun = time.monotonic()
            watch = threading.Thread(target=self._watch, args=(begun,), daemon=True)
            watch.start()
            result: Built | BuildFailedError
            try:
                result = self._build.run(changed, self._publish)
            except BuildFailedError as error:
                result = error
            except Exception as error:
                logger.exception("the build failed")
                text = f"{type(error).__name__}: {error}"
                result = BuildFailedError(build_problem("build", text))
            self._report(result, _since(begun))
            with self._wake:
                self._loops.ended(result.own, time.time())
                self._unbuilt = frozenset() if result.whole else changed
                self._running = False
                self._wake.notify_all()
            watch.join()
            self._patience.ended(_since(begun))

    def _next(self) -> frozenset[Path] | None:
        with self._wake:
            while not (self._wanted or self._stopped):
                self._wake.wait()
            self._wait_out_loop()
            if self._stopped:
                return None
            changed = frozenset(self._changed) | self._unbuilt
            self._changed.clear()
            self._wanted = False
            self._asked_idle = False
            self._running = True
            return changed

    def _wait_out_loop(self) -> None:
        """Build less and less often what is asked for by nothing but builds.

        No change is dropped, and one that is somebody's ends the waiting.
        """
        wait = self._loops.wait(frozenset(self._changed), asked=self._asked_idle)
        if wait.is_loop:
            logger.warning(
                "%s changes with every build: if it is the build that writes it, leave it out "
                "with --ignore; until then it is built less and less often",
                ", ".join(map(str, sorted(self._loops.paths))),
            )
        if wait.seconds:
            self._wake.wait_for(lambda: self._stopped or self._asked_idle, wait.seconds)

    def _watch(self, begun: float) -> None:
        """Say that a build takes long, and end it when it is of no use any more."""
        limit = self._patience.seconds
        with self._wake:
            if self._wake.wait_for(lambda: not self._running or self._stopped, limit):
                return
        logger.warning("still building after %.0f s", _since(begun))
        self._listener.slow(_since(begun))
        with self._wake:
            self._wake.wait_for(lambda: not self._running or self._stopped or self._wanted)
            if not self._running or self._stopped:
                return
        self._patience.lost()
        self._build.give_up()

    def _publish(self, written: Iterable[Path]) -> None:
        try:
            self._listener.publish(written)
        except OSError as error:
            raise _not_taken(error) from None

    def _report(self, result: Built | BuildFailedError, seconds: float) -> None:
        if self._stopped:
            return
        try:
            if isinstance(result, Built):
                self._listener.built(result, seconds)
            else:
                self._listener.failed(result, seconds)
        except OSError as error:
            self._listener.failed(_not_taken(error), seconds)
        except Exception:
            logger.exception("the build's output could not be taken over")


class _Patience:
    """How long a build may take until it seems to hang; ``seconds`` says it."""

    def __init__(self) -> None:
        self.seconds = _FIRST_PATIENCE
        self._longest = 0.0
        self._lost = False

    def ended(self, seconds: float) -> None:
        """A build has ended, by itself unless :meth:`lost` was called."""
        if self._lost:
            self._lost = False
            return
        self._longest = max(self._longest, seconds)
        self.seconds = max(_SHORTEST_PATIENCE, _TIMES_LONGER * self._longest)

    def lost(self) -> None:
        """A build was ended: the next one, of the same kind, may just be long."""
        self._lost = True
        self.seconds *= 2


def _not_taken(error: OSError) -> BuildFailedError:
    """What a system that has no room left, or lets nobody write, means to who waits for a build."""
    text = f"the build's output can't be taken over ({error}): the next build tries it again"
    return BuildFailedError(build_problem("build", text))


def _since(begun: float) -> float:
    return time.monotonic() - begun
