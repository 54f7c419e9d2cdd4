"""Builds a project as a new process of its generator would: ``python -m tests.build.clean``.

A generator takes seconds to load, so one process loads what builds have loaded, and forks for each
that a line of JSON asks for: ``{"generator", "root", "out"}``. It answers with a line that says
``ok`` or not.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hotreload.hosts.generators.forks import load
from hotreload.hosts.generators.own_modules import installed_modules

SITE_URL = "http://127.0.0.1:8000/"


class Clean:
    """The process.

    Args:
        generator: of which all builds are.
    """

    def __init__(self, generator: str) -> None:
        self._generator = generator
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.build.clean"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def build(self, root: Path, out: Path) -> bool:
        """Build into a folder that is emptied before; says whether the generator was content."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"generator": self._generator, "root": str(root), "out": str(out)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return bool(json.loads(self._process.stdout.readline()) == "ok")

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def sphinx(root: str, out: str) -> int:
    from sphinx.cmd.build import build_main

    return build_main(["-q", "-b", "html", "-d", f"{out}/.doctrees", root, out])


def mkdocs(root: str, out: str) -> int:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(f"{root}/mkdocs.yml", site_dir=out, site_url=SITE_URL)
    config.plugins.on_startup(command="serve", dirty=False)
    build(config, serve_url=SITE_URL)
    return 0


def pelican(root: str, out: str) -> int:
    from pelican import Pelican
    from pelican.settings import read_settings

    os.chdir(root)
    overrides = {"OUTPUT_PATH": out, "PATH": f"{root}/content"}
    Pelican(read_settings("pelicanconf.py", override=overrides)).run()
    return 0


def _main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    while line := sys.stdin.readline():
        asked = json.loads(line)
        shutil.rmtree(asked["out"], ignore_errors=True)
        imported, importing = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                status = globals()[asked["generator"]](asked["root"], asked["out"])
                with os.fdopen(importing, "w") as names:
                    names.write("\n".join(installed_modules()))
            finally:
                os._exit(status)
        os.close(importing)
        with os.fdopen(imported) as names:
            load(names.read().split())
        _, ended = os.waitpid(pid, 0)
        answers.write(json.dumps("ok" if ended == 0 else "failed") + "\n")
        answers.flush()


if __name__ == "__main__":
    _main()
