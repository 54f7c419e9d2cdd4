"""The process that builds: runs one adapter, build after build. See :mod:`hotreload.build.worker`.

``python -m hotreload.integrations.child NAME`` reads the adapter's options and then what changed,
in lines of JSON, and answers likewise.
"""

import json
import os
import queue
import signal
import site
import sys
import sysconfig
import threading
import traceback
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from hotreload.integrations.adapter import Adapter, AdapterError, Channel, SupersededError
from hotreload.problems import Problem

Message: TypeAlias = dict[str, Any]


def main() -> None:
    """Build until standard input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What the generator prints is for the terminal.
    os.dup2(2, 1)

    def send(message: Message) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    channel = Channel(
        lambda paths: send({"type": "written", "paths": [str(path) for path in paths]})
    )
    options = json.loads(sys.stdin.readline())
    jobs: queue.Queue[frozenset[Path] | None] = queue.Queue()
    threading.Thread(target=_read, args=(jobs, channel), daemon=True).start()
    adapter: Adapter | None = None
    while (changed := jobs.get()) is not None:
        channel.hurry.clear()
        if adapter is not None and (adapter.is_stale(changed) or changed & set(_own_modules())):
            send({"type": "restart"})
            continue
        try:
            if adapter is None:
                module = import_module(f"hotreload.integrations.{sys.argv[1]}")
                adapter = module.make(options)
            problems = adapter.build(changed, channel)
        except SupersededError:
            _answer(send, "done", (), adapter, written=())
        except AdapterError as error:
            _answer(send, "failed", error.problems, adapter)
        except (Exception, SystemExit) as error:
            traceback.print_exc()
            text = f"{type(error).__name__}: {error}"
            trace = "".join(traceback.format_exception(error)[-6:]).rstrip()
            problem = Problem(sys.argv[1], "build", text, frame=trace)
            _answer(send, "failed", (problem,), adapter)
            # Nobody knows what state it is in.
            adapter = None
        else:
            _answer(send, "done", problems, adapter)


def _read(jobs: "queue.Queue[frozenset[Path] | None]", channel: Channel) -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "hurry":
            channel.hurry.set()
        else:
            jobs.put(frozenset(map(Path, message["changed"])))
    # The server is gone: nobody needs the rest of the build, nor what takes part in it.
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _answer(
    send: Callable[[Message], None],
    kind: str,
    problems: Iterable[Problem],
    adapter: Adapter | None,
    written: Iterable[str] | None = None,
) -> None:
    sources = [*_own_modules(), *(adapter.sources() if adapter is not None else ())]
    send(
        {
            "type": kind,
            "written": None if written is None else list(written),
            "problems": [problem._asdict() for problem in problems],
            "sources": sorted({str(Path(path).resolve()) for path in sources}),
        }
    )


def _own_modules() -> Iterable[Path]:
    """The files of the imported modules that are neither Python's nor installed."""
    others = {sysconfig.get_path("stdlib"), *sysconfig.get_paths().values(), sys.prefix}
    others.update([*site.getsitepackages(), site.getusersitepackages()])
    here = str(Path(__file__).parent.parent)
    for module in tuple(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not file or not file.endswith(".py"):
            continue
        path = Path(file).resolve()
        if not any(path.is_relative_to(other) for other in (*others, here)):
            yield path


if __name__ == "__main__":
    main()
