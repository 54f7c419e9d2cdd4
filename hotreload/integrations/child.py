"""The process that builds: runs one adapter, build after build. See :mod:`hotreload.build.worker`.

``python -m hotreload.integrations.child NAME`` reads the adapter's options and then what changed,
in lines of JSON, and answers likewise.
"""

import io
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from hotreload.integrations.adapter import Adapter, AdapterError, Channel, SupersededError
from hotreload.integrations.own_modules import own_modules
from hotreload.integrations.own_writes import OwnWrites
from hotreload.integrations.places import problem_of_exception
from hotreload.problems import Problem

Message: TypeAlias = dict[str, Any]
Send: TypeAlias = Callable[[Message], None]


def main() -> None:
    """Build until the server ends."""
    lines, out = _own_channels()

    def send(message: Message) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    name = sys.argv[1]
    options = json.loads(lines.readline())
    try:
        module = import_module(f"hotreload.integrations.{name}")
    except (Exception, SystemExit) as error:
        # It is the answer to the build that will be asked for.
        answer(send, "failed", (explain(name, error),), None, whole=False, ends=True)
        return
    if getattr(module, "FORKS", False) and hasattr(os, "fork"):
        # What can be forked is POSIX's.
        from hotreload.integrations.forks import serve_forks

        serve_forks(lines, send, name, module.make, options)
    else:
        _serve(lines, send, name, module.make, options)


def _own_channels() -> tuple[io.FileIO, TextIO]:
    """The protocol's two ends, out of reach of what is run here.

    A generator, its plugins and what they start find an empty standard input, so that ``input()``
    and a debugger end at once, and a standard output that is the terminal.
    """
    # Not buffered: who reads on must find what was not asked for yet.
    lines = os.fdopen(os.dup(0), "rb", buffering=0)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for the process's life)
    return lines, out


def _serve(
    lines: io.FileIO, send: Send, name: str, make: Callable[[Any], Adapter], options: Any
) -> None:
    channel = SentChannel(send)
    writes = OwnWrites(options["made_in"])
    jobs: queue.Queue[frozenset[Path]] = queue.Queue()
    threading.Thread(target=_read, args=(lines, jobs, channel), daemon=True).start()
    adapter: Adapter | None = None
    while True:
        changed = jobs.get()
        channel.hurry.clear()
        if adapter is not None and (adapter.is_stale(changed) or changed & set(own_modules())):
            send({"type": "restart"})
            continue
        made = partial(make, options)
        adapter, sane = build_once(send, channel, name, adapter, made, changed, writes)
        if not sane:
            # Nobody knows what state it is in: the next build begins in a process of its own.
            sys.stderr.flush()
            os._exit(0)


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


def _read(lines: io.FileIO, jobs: "queue.Queue[frozenset[Path]]", channel: SentChannel) -> None:
    for line in io.BufferedReader(lines):
        message = json.loads(line)
        if message["type"] == "hurry":
            channel.hurry.set()
        elif message["type"] == "taken":
            channel.taken.set()
        else:
            jobs.put(frozenset(map(Path, message["changed"])))
    end_all()


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


if __name__ == "__main__":
    main()
