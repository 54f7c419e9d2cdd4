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

    A file that can't be read has none: building it finds out, and says, what is wrong.

    Args:
        config: the ``mkdocs.yml``; what it inherits from counts too.
    """
    try:
        given: Any = _load(config, set()).get("site_url")
        path = urlsplit(given).path if isinstance(given, str) else ""
    except (OSError, ValueError, yaml.YAMLError):
        return "/"
    return path or "/"


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
