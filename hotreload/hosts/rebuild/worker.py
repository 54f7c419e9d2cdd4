"""A build in a process of its own that stays warm, so that a generator is loaded once.

A process rather than a thread: a build must not slow down the server, generators change what is
global, and Python code that they have imported can only be forgotten by ending the process. It
speaks lines of JSON over pipes that it takes from its standard input and output before anything
else is run; what it prints goes to the terminal.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotreload.hosts.rebuild.command import end_tree
from hotreload.hosts.rebuild.contract import BuildFailedError, Built, Publish, build_problem
from hotreload.project.problems import Problem

_SHOWN_LINES = 30
_END_SECONDS = 2
_PRINT_SECONDS = 0.1
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class WorkerBuild:
    """Builds with an adapter of :mod:`hotreload.hosts.generators`.

    Args:
        adapter: the name of its module.
        options: what it is made with; must be expressible as JSON.
    """

    def __init__(self, adapter: str, options: Mapping[str, Any]) -> None:
        self._adapter = adapter
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._last: deque[str] = deque(maxlen=_SHOWN_LINES)
        self._printer: threading.Thread | None = None
        self._closed = False
        self._given_up = False
        self._lock = threading.Lock()

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        answer = self._ask(changed, publish)
        if answer["type"] == "restart":
            self._end()
            answer = self._ask(changed, publish)
        problems = tuple(_problem(problem) for problem in answer.get("problems", ()))
        sources = frozenset(map(Path, answer.get("sources", ())))
        excluded = tuple(answer.get("excluded", ()))
        whole = bool(answer["whole"])
        own = None if answer["own"] is None else frozenset(map(Path, answer["own"]))
        if answer["type"] == "failed":
            raise BuildFailedError(*problems, sources=sources, whole=whole, own=own)
        written = answer.get("written")
        files = None if written is None else frozenset(map(Path, written))
        wanted = tuple(answer["wanted"])
        return Built(files, problems, sources, excluded, wanted, whole, own)

    def hurry(self) -> None:
        self._send({"type": "hurry"})

    def give_up(self) -> None:
        self._given_up = True
        self._end()

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._end()

    def _ask(self, changed: frozenset[Path], publish: Publish) -> dict[str, Any]:
        """Have it built, and show what is ready before the rest."""
        self._given_up = False
        process = self._start()
        self._last.clear()
        self._send({"type": "build", "changed": sorted(map(str, changed))})
        answer: dict[str, Any] | None = None
        status: int | None = None
        assert process.stdout is not None
        # Another thread may end the process, and close what is read here.
        with contextlib.suppress(ValueError):
            for line in process.stdout:
                message: dict[str, Any] = json.loads(line)
                match message["type"]:
                    case "written":
                        publish(map(Path, message["paths"]))
                        # What was shown may be written again: not while it is read.
                        self._send({"type": "taken"})
                    case "ended" if answer is None:
                        status = message["status"]
                        break
                    case "ended":
                        # Of the build before, whose answer was all that mattered.
                        break
                    case _:
                        answer = message
                        if not message.get("forked"):
                            break
        if answer is not None:
            if answer.get("ends"):
                self._end()
            return answer
        if status is None or status < 0:
            # What loads for others may be of no use to them any more.
            self._end()
        status = process.wait() if status is None else status
        if self._printer is not None:
            self._printer.join(_END_SECONDS if self._process is None else _PRINT_SECONDS)
        text = f"its process ended with status {status}"
        if self._given_up:
            text = "it did not end by itself, and was ended since something else has changed"
        raise BuildFailedError(build_problem(self._adapter, text, "\n".join(self._last)))

    def _start(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._closed:
                raise BuildFailedError()
            if self._process is not None and self._process.poll() is None:
                return self._process
            coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "hotreload.hosts.generators.child", self._adapter],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=os.environ if coloured else {**os.environ, "NO_COLOR": "1"},
                # Ctrl-C is for the server, which ends it.
                start_new_session=True,
            )
        self._printer = threading.Thread(target=self._print, args=(process, coloured), daemon=True)
        self._printer.start()
        self._send(self._options)
        return process

    def _print(self, process: subprocess.Popen[str], coloured: bool) -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                plain = _COLOUR.sub("", line)
                sys.stderr.write(line if coloured else plain)
                self._last.append(plain.rstrip())

    def _send(self, message: Mapping[str, Any]) -> None:
        with self._lock:
            if self._process is None or self._process.stdin is None:
                return
            try:
                self._process.stdin.write(json.dumps(message) + "\n")
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                pass  # it ended, which reading its answers finds out

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            end_tree(process)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # What was meant for a process that is gone can't be written any more.
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _problem(given: Mapping[str, Any]) -> Problem:
    return Problem(
        given["owner"],
        "build",
        given["message"],
        given.get("line"),
        given.get("column"),
        given.get("frame", ""),
    )
