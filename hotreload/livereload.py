"""The part of python-livereload's ``Server`` that site generators use, for moving over.

Instead of ``from livereload import Server, shell`` write ``from hotreload.livereload import …``.
"""

import glob
import inspect
import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hotreload.hosts.devserver import DevServer

Callback = Callable[[], object] | Callable[[list[str]], object]


@dataclass(frozen=True, slots=True)
class _Watched:
    path: str
    callback: Callback | None
    ignore: Callable[[str], bool] | None

    def folder(self) -> Path:
        """The deepest folder, or the file, that holds all that the pattern can mean."""
        return Path(*Path(self.path).parts[: self._plain()])

    def holds(self, path: Path) -> bool:
        folder = self.folder().resolve()
        if not path.is_relative_to(folder):
            return False
        if self.ignore is not None and self.ignore(self.name(path)):
            return False
        pattern = Path(self.path).parts[self._plain() :]
        return not pattern or _matches(path.relative_to(folder).parts, pattern)

    def name(self, path: Path) -> str:
        """A path as python-livereload would name it: relative if the pattern is."""
        return str(path) if Path(self.path).is_absolute() else os.path.relpath(path)

    def call(self, paths: Iterable[Path]) -> None:
        """Run the callback, with what has changed if it takes that."""
        if self.callback is None:
            return
        changed = [self.name(path) for path in paths if self.holds(path)]
        arguments = (changed,) if inspect.signature(self.callback).parameters else ()
        self.callback(*arguments)

    def _plain(self) -> int:
        """How many parts of the pattern are names."""
        parts = Path(self.path).parts
        return next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts))


def _matches(names: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether names of folders and a file are what a glob pattern means; ``**`` is any number."""
    if not pattern:
        return not names
    if pattern[0] == "**":
        return _matches(names, pattern[1:]) or (bool(names) and _matches(names[1:], pattern))
    return bool(names) and fnmatch(names[0], pattern[0]) and _matches(names[1:], pattern[1:])


class Server:
    """Serves a folder; runs callbacks when what they watch changes.

    Args:
        app: a WSGI application can't be served.

    Raises:
        TypeError: there is one.
    """

    def __init__(self, app: None = None) -> None:
        if app is not None:
            raise TypeError(
                "hotreload serves files and ASGI applications, no WSGI ones: "
                "wrap it as ASGI, with a2wsgi say, and add hotreload's middleware"
            )
        self._watched: list[_Watched] = []

    def watch(
        self,
        filepath: str,
        func: Callback | str | None = None,
        delay: float | str | None = None,
        ignore: Callable[[str], bool] | None = None,
    ) -> None:
        """Run a callback when something changes.

        Args:
            filepath: a file, a folder, or a glob pattern of files.
            func: a command, or called, with the changed paths if it has a parameter; by default
                what has changed is shown, and that is all.
            delay: taken for the sake of the name; pages change when the callback has returned.
            ignore: says of a path whether its changes don't matter.
        """
        callback = shell(func) if isinstance(func, str) else func
        self._watched.append(_Watched(filepath, callback, ignore))

    def serve(
        self,
        port: int = 5500,
        *,
        host: str | None = None,
        root: str | None = None,
        open_url_delay: float | None = None,
    ) -> None:
        """Serve until interrupted.

        Args:
            port: the next free one is taken if it is in use.
            host: the address to listen on, 127.0.0.1 by default.
            root: the folder, the current one by default.
            open_url_delay: open the page in the browser if it is given.
        """
        self.dev_server(port, host, root, open=open_url_delay is not None).run()

    def dev_server(
        self, port: int = 5500, host: str | None = None, root: str | None = None, *, open: bool
    ) -> DevServer:
        """The server that :meth:`serve` runs."""
        calls = [watched for watched in self._watched if watched.callback is not None]
        return DevServer(
            root or ".",
            [watched.folder() for watched in self._watched],
            self._build if calls else None,
            host=host or "127.0.0.1",
            port=port,
            open=open,
            on_ready=lambda url: print(f"hotreload serves {root or '.'} at {url}"),
        )

    def _build(self, changed: Iterable[Path]) -> None:
        paths = tuple(changed)
        called: list[Callback] = []
        for watched in self._watched:
            concerned = not paths or any(watched.holds(path) for path in paths)
            if watched.callback is None or watched.callback in called or not concerned:
                continue
            called.append(watched.callback)
            watched.call(paths)


def shell(
    cmd: str | Sequence[str],
    output: str | None = None,
    mode: str = "w",
    cwd: str | None = None,
    shell: bool = False,
) -> Callable[[], None]:
    """A callback that runs a command.

    Args:
        cmd: the command, as text or in parts.
        output: a file for what it prints.
        mode: how the file is opened.
        cwd: where the command runs.
        shell: run it in the shell.
    """
    command: str | Sequence[str] = cmd
    if isinstance(cmd, str) and not shell:
        command = shlex.split(cmd)

    def run() -> None:
        done = subprocess.run(
            command,
            shell=shell,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{cmd} ended with status {done.returncode}\n{done.stdout}")
        if output is not None:
            target = Path(output)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open(mode) as file:
                file.write(done.stdout)
        else:
            print(done.stdout, end="")

    return run
