"""What the builds of a generator compute anew although it is the same for all: Pygments' tables."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any


def lexers_in_use() -> list[tuple[str, str]]:
    """Module and name of the lexers whose patterns have been compiled in this process."""
    module = sys.modules.get("pygments.lexer")
    if module is None:
        return []
    return sorted(
        {
            (kind.__module__, kind.__name__)
            for kind in _kinds(module.RegexLexer)
            if "_tokens" in vars(kind)
        }
    )


def warm_lexers(names: Iterable[tuple[str, str]]) -> None:
    """Compile the patterns of lexers, where their modules have been imported."""
    for module, name in names:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None:
            # Its class compiles them, once.
            kind()


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)
