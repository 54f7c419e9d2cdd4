"""Graphviz's drawings as modules, made beside the server: ``import svg from './plan.dot'``."""

import json
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hotreload.plugins import Claim, Plugin, PluginError, Source


class Drawings(Plugin):
    claims = (Claim(".dot", "script"),)

    def __init__(self, command: Sequence[str] = ("dot", "-Tsvg")) -> None:
        self._command = command
        self._pool = ThreadPoolExecutor(1)
        self._begun: dict[Path, str] = {}

    def transform(self, code: str, source: Source) -> str:
        made = source.path(source.url).with_suffix(".drawn.json")
        # When that is written, this is called again.
        source.depends_on(made)
        drawing = read(made)
        if drawing["of"] == code and drawing["problem"]:
            raise PluginError(drawing["problem"])
        if drawing["of"] != code and self._begun.get(made) != code:
            self._begun[made] = code
            self._pool.submit(self._draw, code, made)
        # The last one, until there is another.
        return f"export default {json.dumps(drawing['svg'])};\n"

    def _draw(self, code: str, made: Path) -> None:
        """In a thread."""
        drawing = {**read(made), "of": code, "problem": ""}
        try:
            done = subprocess.run(
                self._command, input=code, capture_output=True, encoding="utf-8", check=True
            )
            drawing["svg"] = done.stdout
        except subprocess.CalledProcessError as error:
            drawing["problem"] = error.stderr
        except OSError as error:
            drawing["problem"] = str(error)
        # Never seen half written.
        draft = made.with_suffix(".tmp")
        draft.write_text(json.dumps(drawing), "utf-8")
        draft.replace(made)


def read(made: Path) -> dict[str, str]:
    """What was drawn last: of which text, and what came out."""
    if not made.exists():
        return {"of": "", "svg": "", "problem": ""}
    drawing: dict[str, str] = json.loads(made.read_text("utf-8"))
    return drawing
