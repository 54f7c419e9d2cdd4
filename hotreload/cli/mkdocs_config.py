"""What the server has to know of an ``mkdocs.yml`` before MkDocs has read it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml  # type: ignore[import-untyped]
import yaml_env_tag  # type: ignore[import-untyped]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads what is plain, and passes over what only MkDocs can make something of."""


_Loader.add_constructor("!ENV", yaml_env_tag.construct_env_tag)
_Loader.add_multi_constructor("!", lambda loader, tag, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, tag, node: None)


def site_path(config: Path) -> str:
    """The path of ``site_url``, below which the site is to be served; ``/`` where it has none.

    Args:
        config: see :func:`read_config`.
    """
    given = read_config(config).get("site_url")
    try:
        path = urlsplit(given).path if isinstance(given, str) else ""
    except ValueError:
        return "/"
    return path or "/"


def read_config(config: Path) -> dict[str, Any]:
    """What is plain in an ``mkdocs.yml``, and in what it inherits from.

    Nothing is in a file that can't be read: building it finds out, and says, what is wrong.
    """
    try:
        return _load(config, set())
    except (OSError, ValueError, yaml.YAMLError):
        return {}


def _load(config: Path, seen: set[Path]) -> dict[str, Any]:
    if config in seen:
        return {}
    seen.add(config)
    loaded = yaml.load(config.read_text("utf-8"), Loader=_Loader)
    if not isinstance(loaded, dict):
        return {}
    parent = loaded.get("INHERIT")
    if not isinstance(parent, str):
        return loaded
    return {**_load((config.parent / parent).resolve(), seen), **loaded}
