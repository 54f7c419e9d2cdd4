"""What must survive a restart of the server: the project's id and the socket's token.

Kept outside the project, readable by its owner only, so that a page can come back to a server that
was killed, and a server of another project at the same address is told apart.
"""

import contextlib
import json
import logging
import os
import secrets
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

logger = logging.getLogger("hotreload")

_TOKEN_LENGTH = 32  # characters: 24 random bytes


class Identity(NamedTuple):
    """``project`` names the project, ``token`` opens its socket.

    The project's name begins with its folder's, and a dot: see :func:`is_same_place`.
    """

    project: str
    token: str


def load_identity(root: Path, folder: Path | None = None) -> Identity:
    """The identity of the project in ``root``, made and kept at its first start.

    Args:
        root: the project's folder; two folders are two projects.
        folder: where identities are kept; the user's state folder by default, or what the
            environment variable ``HOTRELOAD_STATE_DIR`` names.
    """
    if folder is None:
        folder = state_folder()
    name = blake2b(os.fsencode(root), digest_size=12).hexdigest()
    file = folder / f"{name}.json"
    try:
        return _read(file)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        logger.warning("%s can't be read (%s): open pages will have to reload", file, error)
        with contextlib.suppress(OSError):
            file.unlink()
    place = blake2b(os.fsencode(root), digest_size=6, person=b"hotreload").hexdigest()
    identity = Identity(f"{place}.{secrets.token_urlsafe(9)}", secrets.token_urlsafe(24))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not write_private(file, json.dumps(identity._asdict()).encode("utf-8"), new=True):
            # Of several workers that start at once, the first one's holds for all.
            return _read(file)
    except (OSError, ValueError) as error:
        logger.warning(
            "%s can't be written (%s): pages will reload when the server restarts", file, error
        )
    return identity


def is_same_place(project: str, other: str) -> bool:
    """Whether two names are of the same folder: then its identity was lost in between."""
    place, dot, _ = project.partition(".")
    return bool(dot) and other.startswith(f"{place}.")


def _read(file: Path) -> Identity:
    data = json.loads(file.read_text("utf-8"))
    match data:
        case {"project": str(project), "token": str(token)} if len(token) >= _TOKEN_LENGTH:
            return Identity(project, token)
        case _:
            raise ValueError("it holds no token")


def write_private(file: Path, data: bytes, *, new: bool = False) -> bool:
    """Put a file in place at once, for its owner only.

    Args:
        file: where.
        data: its bytes.
        new: leave a file that is there as it is.

    Returns:
        False where one was there, and was left.

    Raises:
        OSError: it can't be written.
    """
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    if not new:
        temporary.replace(file)
        return True
    try:
        os.link(temporary, file)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def state_folder() -> Path:
    """Where hotreload keeps what outlives its process: ``HOTRELOAD_STATE_DIR``, else the user's."""
    named = os.environ.get("HOTRELOAD_STATE_DIR")
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("hotreload")
