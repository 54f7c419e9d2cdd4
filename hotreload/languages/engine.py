"""JavaScript programs of our own in a V8, for languages whose compilers are written in it."""

import asyncio
import atexit
import json
import threading
from contextlib import suppress
from functools import partial
from importlib import resources
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from py_mini_racer import MiniRacer

# Far more than any file takes: what hangs or swells must take nothing else with it.
_SECONDS = 20.0
_BYTES = 1 << 30
# V8 compiles what has run often: this lets the first edit be nearly as quick as the later ones.
_WARM_UPS = 500
# Seconds without a request after which it is idle.
_IDLE_SECONDS = 0.1


class MissingExtraError(Exception):
    """V8 is not installed."""


class EngineError(Exception):
    """A program came to no end; the message says why. The next call begins with a new V8."""


class ProgramError(Exception):
    """A program has failed: a mistake of its own."""


class Engine:
    """A program that is loaded in the background from the start; usable from any thread.

    Args:
        bundle: its file in this package. It defines the global functions ``call``, and ``warmUp``
            for idle times.
    """

    def __init__(self, bundle: str) -> None:
        self._bundle = bundle
        self._lock = threading.RLock()
        self._worker: _Worker | None = _Worker(bundle)
        self._begun: str | None = None

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
            ProgramError: the program failed.
        """
        code = _expression(argument)
        with self._lock:
            if code != self._begun:
                self._forget_begun()
                self._worker = self._worker or _Worker(self._bundle)
                self._worker.ask(code)
            return json.loads(self._answer())

    def begin(self, argument: object) -> None:
        """Begin what will be called with this argument, if the program is idle; never waits."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._worker is not None and self._begun is None:
                self._begun = _expression(argument)
                self._worker.ask(self._begun)
        finally:
            self._lock.release()

    def _forget_begun(self) -> None:
        if self._begun is not None:
            with suppress(MissingExtraError, EngineError, ProgramError):
                self._answer()  # to what was begun in vain

    def _answer(self) -> str:
        assert self._worker is not None
        self._begun = None
        try:
            return self._worker.answer()
        except EngineError:
            self._worker = None
            raise


class _Worker:
    """A V8, and the thread that it belongs to: it is asked by way of that one's event loop only."""

    def __init__(self, bundle: str) -> None:
        self._bundle = bundle
        self._requests: SimpleQueue[str | None] = SimpleQueue()
        self._answers: SimpleQueue[str | Exception] = SimpleQueue()
        self._cancel: Callable[[], object] = lambda: None
        name = f"hotreload-{bundle.partition('.')[0]}"
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name=name, daemon=True
        )
        self._thread.start()
        # V8's own threads must not outlive Python.
        atexit.register(self._stop)

    def ask(self, code: str) -> None:
        """Have it find out what an expression gives."""
        self._requests.put(code)

    def answer(self) -> str:
        """What the expression gives that was asked for; for one thread at a time.

        Raises:
            MissingExtraError, EngineError, ProgramError: see :meth:`Engine.call`.
        """
        answer = self._answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _stop(self) -> None:
        self._requests.put(None)
        self._cancel()
        self._thread.join(_SECONDS)

    async def _serve(self) -> None:
        try:
            v8 = self._load()
        except Exception as error:  # whoever calls says so
            failure = MissingExtraError() if isinstance(error, ImportError) else error
            while self._requests.get() is not None:
                self._answers.put(failure)
            return
        loop = asyncio.get_running_loop()
        warm_ups = _WARM_UPS
        pause = _IDLE_SECONDS
        while True:
            # Nothing else is waiting for this loop.
            try:
                code = self._requests.get(timeout=pause if warm_ups else None)
            except Empty:
                pause = 0.0
                warm_ups -= 1
                v8.eval("warmUp()")
                continue
            pause = _IDLE_SECONDS
            if code is None:
                break
            evaluation = asyncio.ensure_future(_evaluate(v8, code))
            self._cancel = partial(loop.call_soon_threadsafe, evaluation.cancel)
            answer = await evaluation
            self._answers.put(answer)
            if isinstance(answer, EngineError):
                break
        atexit.unregister(self._stop)
        v8.close()

    def _load(self) -> "MiniRacer":
        from py_mini_racer import MiniRacer

        v8 = MiniRacer()
        v8.set_hard_memory_limit(_BYTES)
        program = resources.files("hotreload.languages").joinpath(self._bundle)
        v8.eval(f"{program.read_text('utf-8')};0")
        return v8


async def _evaluate(v8: "MiniRacer", code: str) -> str | Exception:
    from py_mini_racer import JSOOMException

    try:
        async with asyncio.timeout(_SECONDS):
            return str(await v8.eval_cancelable(code))
    except (TimeoutError, asyncio.CancelledError):
        v8.eval("0")  # done when the other one has ended
        return EngineError(f"it came to no end within {_SECONDS:.0f} seconds")
    except JSOOMException:
        return EngineError(f"it took more than {_BYTES >> 20} MiB of memory")
    except Exception as error:  # of several classes; nothing may keep the answer back
        # What follows is the line of the program: all of it.
        return ProgramError(str(error).partition("\n")[0])


def _expression(argument: object) -> str:
    return f"JSON.stringify(call({json.dumps(argument)}))"
