"""Which names are never served, whatever mount they are in."""

import re
from collections.abc import Iterable
from fnmatch import translate

DENIED_PATTERNS = (
    *("*.pem", "*.key", "*.crt", "*.cer", "*.der", "*.p12", "*.pfx", "*.jks", "*.kdbx"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.sqlite*", "*.db"),
    *("*.py", "*.pyc", "__pycache__"),
)

_DENIED = re.compile("|".join(translate(pattern) for pattern in DENIED_PATTERNS))


def is_denied(segments: Iterable[str]) -> bool:
    """Whether any segment is a dotfile, a key, a database or Python source.

    ``.well-known`` may stand first (RFC 8615); ``.pnpm`` and ``.store`` may stand in
    ``node_modules``, where package managers keep the real files of linked packages.
    """
    previous = None
    for segment in segments:
        folded = segment.casefold()
        if folded.startswith("."):
            well_known = previous is None and folded == ".well-known"
            linked = previous == "node_modules" and folded in (".pnpm", ".store")
            if not (well_known or linked):
                return True
        elif _DENIED.match(folded):
            return True
        previous = folded
    return False
