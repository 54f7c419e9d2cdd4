"""What long CommonJS modules of packages export and require, kept on disk by their content.

To read one takes some 40 ms a megabyte, at the first load after each start of the server.
"""

import json
import logging
from functools import cache
from pathlib import Path

from hotreload import __version__
from hotreload.project.identity import state_folder, write_private
from hotreload.transform.commonjs_shape import Shape

logger = logging.getLogger("hotreload")

# Bytes. To read a shorter one is as quick as to look whether it is kept.
WORTH_KEEPING = 65_536
_MOST = 1_000


def kept_shape(digest: str) -> Shape | None:
    """The shape of the module whose content has a hash; None where it is not kept."""
    try:
        names, passed_on, required, complete, es_module = json.loads(_file(digest).read_bytes())
        return Shape(
            frozenset(map(str, names)),
            tuple(map(str, passed_on)),
            tuple(map(str, required)),
            complete=bool(complete),
            es_module=bool(es_module),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as error:
        logger.warning("%s can't be used, and is made anew: %s", _file(digest), error)
        return None


def keep_shape(digest: str, shape: Shape) -> None:
    """Keep the shape of the module whose content has a hash; the oldest are forgotten."""
    file = _file(digest)
    kept = [
        sorted(shape.names),
        shape.passed_on,
        shape.required,
        shape.complete,
        shape.es_module,
    ]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, json.dumps(kept).encode())
        files = sorted(file.parent.iterdir(), key=lambda each: each.stat().st_mtime_ns)
        for old in files[:-_MOST]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _say_unkept(file.parent, error.strerror or str(error))


@cache
def _say_unkept(folder: Path, why: str) -> None:
    """Once, not for each module."""
    logger.warning("%s can't be written (%s): long modules are read at each start", folder, why)


def _file(digest: str) -> Path:
    # Another version may read modules in another way.
    return state_folder() / f"commonjs-{__version__}" / f"{digest}.json"
