"""One build in the process that builds, and what the server is told of it."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

from hotreload.hosts.generators.adapter import Adapter, AdapterError, Channel, SupersededError
from hotreload.hosts.generators.own_modules import own_modules
from hotreload.hosts.generators.own_writes import OwnWrites
from hotreload.hosts.generators.places import problem_of_exception
from hotreload.project.problems import Problem

Message: TypeAlias = dict[str, Any]
Send: TypeAlias = Callable[[Message], None]


def build_once(
    send: Send,
    channel: Channel,
    name: str,
    adapter: Adapter | None,
    make: Callable[[], Adapter],
    changed: frozenset[Path],
    writes: OwnWrites,
) -> tuple[Adapter | None, bool]:
    """Build, and answer; returns the adapter and whether it can build again."""

    def end(kind: str, problems: Iterable[Problem], **more: Any) -> None:
        answer(send, kind, problems, adapter, own=writes.take(), **more)

    try:
        if adapter is None:
            adapter = make()
        problems = adapter.build(changed, channel)
    except SupersededError:
        problems = adapter.problems() if adapter else ()
        end("done", problems, written=(), whole=False)
    except AdapterError as error:
        end("failed", error.problems, whole=error.whole)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        traceback.print_exc()
        end("failed", (explain(name, error),), whole=False, ends=True)
        return adapter, False
    else:
        end("done", problems)
    return adapter, True


class SentChannel(Channel):
    """A channel to a server in another process, which says ``taken`` for each ``written``."""

    def __init__(self, send: Send) -> None:
        super().__init__(self._written)
        self._send = send
        self.taken = threading.Event()

    def _written(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        self.taken.clear()
        self._send({"type": "written", "paths": [str(path) for path in paths]})
        self.taken.wait()


def explain(name: str, error: BaseException) -> Problem:
    """What nobody expected, as a problem of the file of the user's in which it happened."""
    return problem_of_exception(error, name)


def end_all() -> None:
    """The server is gone: nobody needs the rest of the build, nor what takes part in it."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def answer(
    send: Send,
    kind: str,
    problems: Iterable[Problem],
    adapter: Adapter | None,
    written: Iterable[str] | None = None,
    *,
    own: list[str] | None = None,
    whole: bool = True,
    ends: bool = False,
) -> None:
    """Say what a build has come to.

    Args:
        send: to the server.
        kind: "done" or "failed".
        problems: what is wrong.
        adapter: what has built; None where it could not be made.
        written: the files that may differ, None where all may.
        own: the files that this process has written, None where that is not known.
        whole: what had changed was read.
        ends: this process does not build again.
    """
    sources = [*own_modules(), *(adapter.sources() if adapter is not None else ())]
    send(
        {
            "type": kind,
            "written": None if written is None else list(written),
            "problems": [problem._asdict() for problem in dict.fromkeys(problems)],
            "sources": sorted({str(Path(path).resolve()) for path in sources}),
            "excluded": [] if adapter is None else list(adapter.excluded()),
            "wanted": [] if adapter is None else list(adapter.wanted()),
            "state": None if adapter is None else adapter.state,
            "own": own,
            "whole": whole,
            "ends": ends,
        }
    )
