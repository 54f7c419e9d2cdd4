"""Which names are never served, whatever mount they are in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import translate
from unicodedata import category, normalize

DENIED_PATTERNS = (
    *("*.pem", "*.key", "*.crt", "*.cer", "*.der", "*.p12", "*.pfx", "*.jks", "*.kdbx"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.sqlite*", "*.db"),
    *("*.py", "*.pyc", "__pycache__"),
)


@dataclass(frozen=True)
class DenyList:
    """The names of files and folders that are not served.

    Args:
        allow: glob patterns of names that are served although the list has them.
        deny: further glob patterns that are not.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    _allowed: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _denied: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        allowed = _compile(self.allow) if self.allow else None
        object.__setattr__(self, "_allowed", allowed)
        object.__setattr__(self, "_denied", _compile((*self.deny, *DENIED_PATTERNS)))

    def denied_by(self, segments: Iterable[str]) -> str:
        """The pattern that denies a path, or "".

        ``.well-known`` may stand first (RFC 8615); ``.pnpm`` and ``.store`` may stand in
        ``node_modules``, where package managers keep the real files of linked packages.

        Args:
            segments: the decoded names on the way to a file, from its mount's prefix on.
        """
        previous = None
        for segment in segments:
            folded = _fold(segment)
            if folded.startswith(".") and not self._is_allowed(folded):
                well_known = previous is None and folded == ".well-known"
                linked = previous == "node_modules" and folded in (".pnpm", ".store")
                if not (well_known or linked):
                    return folded
            elif self._denied.match(folded) and not self._is_allowed(folded):
                patterns = (*self.deny, *DENIED_PATTERNS)
                return next(pattern for pattern in patterns if _compile((pattern,)).match(folded))
            previous = folded
        return ""

    def _is_allowed(self, folded: str) -> bool:
        return self._allowed is not None and self._allowed.match(folded) is not None


def _compile(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern.casefold()) for pattern in patterns))


def _fold(name: str) -> str:
    """A name as the most forgiving file system would read it.

    Case may not count, nor how a character is composed; HFS+ leaves invisible characters out.
    """
    if name.isascii():
        return name.lower()
    visible = "".join(c for c in normalize("NFKC", name) if category(c) != "Cf")
    return normalize("NFKC", visible.casefold())
