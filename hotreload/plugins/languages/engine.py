"""JavaScript programs of our own in a V8, for languages whose compilers are written in it.

Each program has a process of its own. V8 asks for more of a process than a library may: on
processors with memory protection keys only threads that descend from the one that started V8 may
run it, and where it dies (of a signal, or of memory that the system refuses) it takes the process
along. The server's process has no such thread, and goes on.
"""

import atexit
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from signal import Signals
from typing import Any

from hotreload.plugins.languages.engine_process import NO_V8, TIMED_OUT

# Far more than any file takes: what hangs or swells must take nothing else with it.
_SECONDS = 20.0
_BYTES = 1 << 30
# Seconds more for a process that shall end itself, and one that can't.
_GRACE_SECONDS = 5.0
_PROCESS = Path(__file__).with_name("engine_process.py")


class MissingExtraError(Exception):
    """V8 is not installed."""


class EngineError(Exception):
    """A program came to no end; the message says why. The next call begins with a new V8."""


class _DeathError(EngineError):
    """V8 has died."""


class ProgramError(Exception):
    """A program has failed: a mistake of its own."""


class Engine:
    """A program that is loaded in the background from the start; usable from any thread.

    Args:
        program: its file. It defines the global functions ``call``, and ``warmUp``
            for idle times.
    """

    def __init__(self, program: Path) -> None:
        self._program = program
        self._lock = threading.RLock()
        self._worker: _Worker | None = _Worker(program)
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
            EngineError: it took too long, or too much memory, or V8 died.
            ProgramError: the program failed.
        """
        code = _expression(argument)
        with self._lock:
            if code != self._begun:
                self._forget_begun()
                self._ask(code)
            try:
                return json.loads(self._answer())
            except _DeathError:
                # It may have died of something else: only who dies of it twice dies of it.
                self._ask(code)
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

    def _ask(self, code: str) -> None:
        if self._worker is not None and self._worker.has_ended():
            self._worker.close()
            self._worker = None
        self._worker = self._worker or _Worker(self._program)
        self._worker.ask(code)

    def _forget_begun(self) -> None:
        if self._begun is not None:
            with suppress(MissingExtraError, EngineError, ProgramError):
                self._answer()  # to what was begun in vain

    def _answer(self) -> str:
        assert self._worker is not None
        self._begun = None
        try:
            return self._worker.answer()
        except (EngineError, MissingExtraError):
            self._worker.close()
            self._worker = None
            raise


class _Worker:
    """The process of a V8, and the thread that hears its answers."""

    def __init__(self, program: Path) -> None:
        self._answers: SimpleQueue[str | None] = SimpleQueue()
        self._process: subprocess.Popen[str] | None = None
        self._failure: EngineError | MissingExtraError = MissingExtraError()
        if not _has_v8():
            return
        # What V8 says as it dies; nobody need read it meanwhile.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        try:
            self._process = subprocess.Popen(
                # Without `site`, which takes time: what it would find is handed on. And without the
                # script's folder, whose names are not meant for everybody.
                [sys.executable or "", "-S", "-P", str(_PROCESS), str(program), str(_BYTES)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                encoding="utf-8",
            )
        except OSError as error:
            self._said.close()
            self._failure = EngineError(f"its process can't be started: {error}")
            return
        name = f"hotreload-{program.stem}"
        threading.Thread(target=self._listen, name=name, daemon=True).start()
        atexit.register(self.close)

    def has_ended(self) -> bool:
        """Whether it died of something that nobody had asked for."""
        return self._process is not None and self._process.poll() is not None

    def ask(self, code: str) -> None:
        """Have it find out what an expression gives."""
        if self._process is not None:
            assert self._process.stdin is not None
            # Of one that has died the answer tells.
            with suppress(OSError):
                self._process.stdin.write(json.dumps([_SECONDS, code]) + "\n")
                self._process.stdin.flush()

    def answer(self) -> str:
        """What the expression gives that was asked for; for one thread at a time.

        Raises:
            MissingExtraError, EngineError, ProgramError: see :meth:`Engine.call`.
        """
        if self._process is None:
            raise self._failure
        try:
            line = self._answers.get(timeout=_SECONDS + _GRACE_SECONDS)
        except Empty:
            raise EngineError(_NO_END.format(_SECONDS)) from None
        if line is None:
            status = self._process.wait()
            self._said.seek(0)
            raise _death(status, self._said.read().decode("utf-8", "replace").strip())
        word, text = json.loads(line)
        if word == "failed":
            raise ProgramError(text)
        if word == "memory":
            raise EngineError(f"it took more than {_BYTES >> 20} MiB of memory")
        return str(text)

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is None:
            return
        atexit.unregister(self.close)
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(OSError):  # something was left to be written
            self._process.stdin.close()
        self._said.close()

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put(None)


_NO_END = "it came to no end within {:.0f} seconds"


def _death(status: int, said: str) -> EngineError | MissingExtraError:
    """Why a process has ended without an answer.

    Args:
        status: its exit status, as ``Popen.returncode``.
        said: its standard error.
    """
    if status == NO_V8:
        return MissingExtraError()
    if TIMED_OUT in said:
        return EngineError(_NO_END.format(_SECONDS))
    try:
        how = Signals(-status).name if status < 0 else f"status {status}"
    except ValueError:
        how = f"signal {-status}"
    # V8 begins with the reason, and Python ends with it.
    lines = said.splitlines() or [""]
    why = lines[-1 if lines[0].startswith("Traceback") else 0][:200].strip()
    reason = f"{how}: {why}" if why else how
    return _DeathError(f"V8 died ({reason}); the next save begins with a new one")


def _has_v8() -> bool:
    try:
        return importlib.util.find_spec("py_mini_racer") is not None
    except ValueError:  # it is in sys.modules, and nothing that was imported
        return False


def _expression(argument: object) -> str:
    return f"JSON.stringify(call({json.dumps(argument)}))"
