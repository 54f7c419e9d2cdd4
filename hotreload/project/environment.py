"""What `import.meta.env` holds: the mode, and variables of `.env` files that are meant for pages.

Source of the rules: Vite's guide, "Env Variables and Modes".
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

MODE = "development"
# Of the later ones whoever names a variable is heard.
ENV_FILES = (".env", ".env.local", f".env.{MODE}", f".env.{MODE}.local")
# All else may be a secret.
PREFIXES = ("VITE_", "HOTRELOAD_")


@dataclass(slots=True)
class Environment:
    """The environment of a project's modules.

    Args:
        root: the folder with the files.
        base: the public base path.
    """

    root: Path
    base: str = "/"
    _given: Mapping[str, object] | None = field(default=None)

    def give(self) -> Mapping[str, object]:
        """The values of now, for a page."""
        self._given = self._read()
        return self._given

    def is_other(self) -> bool:
        """Whether pages were given others."""
        return self._given is not None and self._given != self._read()

    def _read(self) -> dict[str, object]:
        values: dict[str, object] = {}
        for name in ENV_FILES:
            values.update(_public(self.root / name))
        # As in Vite, who starts the server has the last word. Ours are settings, not for pages.
        values.update({k: v for k, v in os.environ.items() if k.startswith(PREFIXES[0])})
        return {
            **values,
            "BASE_URL": self.base,
            "MODE": MODE,
            "DEV": True,
            "PROD": False,
            "SSR": False,
        }


def _public(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8-sig", "replace")
    except OSError:
        return {}
    # Most projects have no such file.
    from dotenv import dotenv_values

    values = dotenv_values(stream=StringIO(text))
    return {k: v or "" for k, v in values.items() if k.startswith(PREFIXES)}
