"""The process that builds: runs one adapter, build after build.

``python -m hotreload.hosts.generators.child NAME`` reads the adapter's options and then what
changed, in lines of JSON, and answers likewise. :mod:`hotreload.hosts.rebuild.worker` starts it.
"""

import io
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from hotreload.hosts.generators.adapter import Adapter
from hotreload.hosts.generators.one_build import (
    Message,
    Send,
    SentChannel,
    answer,
    build_once,
    end_all,
    explain,
)
from hotreload.hosts.generators.own_modules import own_modules
from hotreload.hosts.generators.own_writes import OwnWrites


def main() -> None:
    """Build until the server ends."""
    lines, out = _own_channels()

    def send(message: Message) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    name = sys.argv[1]
    options = json.loads(lines.readline())
    try:
        module = import_module(f"hotreload.hosts.generators.{name}")
    except (Exception, SystemExit) as error:
        # It is the answer to the build that will be asked for.
        answer(send, "failed", (explain(name, error),), None, whole=False, ends=True)
        return
    if getattr(module, "FORKS", False) and hasattr(os, "fork"):
        # What can be forked is POSIX's.
        from hotreload.hosts.generators.forks import serve_forks

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


if __name__ == "__main__":
    main()
