"""Each build in a process of its own, forked from one that has loaded what builds need.

A generator keeps what it has read in more places than anybody can list, and its plugins in more.
A new process has none of that, and shows what a clean build would; loading the generator is what
makes it slow. So this process loads, and never builds: what the last build has imported from
installed packages is imported here before the next. The user's own modules are not, so that each
build reads them anew.
"""

import contextlib
import io
import json
import os
import selectors
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from hotreload.hosts.generators.adapter import Adapter
from hotreload.hosts.generators.one_build import Message, Send, SentChannel, build_once, end_all
from hotreload.hosts.generators.own_modules import installed_modules, own_modules
from hotreload.hosts.generators.own_writes import OwnWrites
from hotreload.hosts.generators.warm import lexers_in_use, warm_lexers

_ENDS = ("done", "failed")
# How often it is asked whether a build has died whose own children hold its pipe.
_LOOK_SECONDS = 0.5
# What is said to a build.
_HURRY, _TAKEN = b"!", b"."


class _Lines:
    """Whole lines from a pipe, as they come."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def read(self) -> list[bytes] | None:
        """Those that are there, at least a part of one; None at the end."""
        data = os.read(self._descriptor, 1 << 16)
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines


class _Running:
    """A build's process, and the pipes to and from it."""

    def __init__(self, pid: int, hurry: int, answers: int) -> None:
        self.pid = pid
        self.hurry = hurry
        self.answers = answers
        self.lines = _Lines(answers)

    def close(self) -> None:
        os.close(self.hurry)
        os.close(self.answers)


def serve_forks(
    lines: io.FileIO, send: Send, name: str, make: Callable[[Any], Adapter], options: Any
) -> None:
    """Fork for each build that is asked for, until the server ends.

    Args:
        lines: what the server says; a build's options have been read from it.
        send: answers it.
        name: of the adapter.
        make: makes it.
        options: it is made with these; its last ``state`` is among them as ``"state"``.
    """
    # No thread: what is forked must not inherit another thread's locks.
    asked = _Lines(lines.fileno())
    waiting = selectors.DefaultSelector()
    waiting.register(lines.fileno(), selectors.EVENT_READ)
    running: _Running | None = None
    modules: list[str] = []
    lexers: list[tuple[str, str]] = []
    state: Any = None

    def end(running: _Running, status: int) -> None:
        waiting.unregister(running.answers)
        running.close()
        send({"type": "ended", "status": os.waitstatus_to_exitcode(status)})

    while True:
        ready = [key.fd for key, _ in waiting.select(_LOOK_SECONDS if running else None)]
        if running is not None and running.answers in ready:
            answered = running.lines.read()
            for line in answered or ():
                message: Message = json.loads(line)
                if message["type"] == "modules":
                    modules, lexers = message["names"], message["lexers"]
                    continue
                if message["type"] in _ENDS and message.get("state") is not None:
                    state = message["state"]
                send({**message, "state": None, "ends": False, "forked": True})
            if answered is None:
                end(running, os.waitpid(running.pid, 0)[1])
                running = None
                load(modules)
                warm_lexers(lexers)
        elif running is not None and not ready:
            pid, status = os.waitpid(running.pid, os.WNOHANG)
            if pid:
                end(running, status)
                running = None
        if lines.fileno() in ready:
            said = asked.read()
            if said is None:
                end_all()
            for line in said or ():
                message = json.loads(line)
                if message["type"] == "build":
                    made = {**options, "state": state}
                    running = _fork(name, partial(make, made), message["changed"], options)
                    waiting.register(running.answers, selectors.EVENT_READ)
                elif running is not None:
                    # What has ended need not be told.
                    with contextlib.suppress(BrokenPipeError):
                        os.write(running.hurry, _HURRY if message["type"] == "hurry" else _TAKEN)


def _fork(name: str, make: Callable[[], Adapter], changed: list[str], options: Any) -> _Running:
    hurried, hurry = os.pipe()
    answers, answer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(hurried)
        os.close(answer)
        return _Running(pid, hurry, answers)
    os.close(hurry)
    os.close(answers)
    status = 1
    try:
        writes = OwnWrites(options["made_in"])
        _build(name, make, changed, hurried, answer, writes)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # What is registered for the end of the process is the loading process's.
        os._exit(status)


def _build(
    name: str,
    make: Callable[[], Adapter],
    changed: list[str],
    hurried: int,
    answer: int,
    writes: OwnWrites,
) -> None:
    out = os.fdopen(answer, "w", encoding="utf-8")

    def send(message: Message) -> None:
        if message["type"] in _ENDS:
            loaded = {"names": installed_modules(), "lexers": lexers_in_use()}
            out.write(json.dumps({"type": "modules", **loaded}) + "\n")
        out.write(json.dumps(message) + "\n")
        out.flush()

    channel = SentChannel(send)

    def wait() -> None:
        while said := os.read(hurried, 1):
            (channel.hurry if said == _HURRY else channel.taken).set()
        # The loading process is gone, and with it the server.
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
    build_once(send, channel, name, None, make, frozenset(map(Path, changed)), writes)


def load(names: Iterable[str]) -> None:
    """Import what the last build has imported, as the next one would."""
    for name in names:
        if name in sys.modules:
            continue
        try:
            import_module(name)
        except (Exception, SystemExit):
            # It is imported by who needs it, in another way.
            continue
    # Looked at once, for all builds.
    tuple(own_modules())
