"""The part of python-livereload's ``Server`` that site generators use, for moving over.

Instead of ``from livereload import Server, shell`` write ``from hotreload.livereload import …``.
"""

import fnmatch
import glob
import shlex
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotreload.devserver import DevServer

Callback = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Watched:
    path: str
    callback: Callback | None
    ignore: Callable[[str], bool] | None

    def folder(self) -> Path:
        """The deepest folder, or the file, that holds all that the pattern can mean."""
        parts = Path(self.path).parts
        plain = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts))
        return Path(*parts[:plain])

    def holds(self, path: Path) -> bool:
        name = str(path)
        if self.ignore is not None and self.ignore(name):
            return False
        if glob.has_magic(self.path):
            return fnmatch.fnmatch(name, str(Path(self.path).absolute()))
        return path.is_relative_to(Path(self.path).resolve())


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
        func: Callback | None = None,
        delay: float | str | None = None,
        ignore: Callable[[str], bool] | None = None,
    ) -> None:
        """Run a callback when something changes.

        Args:
            filepath: a file, a folder, or a glob pattern of files.
            func: called without arguments; by default what has changed is shown, and that is all.
            delay: taken for the sake of the name; pages change when the callback has returned.
            ignore: says of a path whether its changes don't matter.
        """
        self._watched.append(_Watched(filepath, func, ignore))

    def serve(
        self,
        port: int = 5500,
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
            watched.callback()


def shell(
    cmd: str | Sequence[str],
    output: str | None = None,
    mode: str = "w",
    cwd: str | None = None,
    shell: bool = False,
) -> Callback:
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
