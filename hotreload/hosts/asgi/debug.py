"""Whether an app is in development: it says so itself, through whatever is wrapped around it."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import MethodType, ModuleType
from typing import Final

# Where wrappers keep the app they wrap: middleware, asgiref's and a2wsgi's adapters.
INNER: Final = (
    "app",
    "_app",
    "wsgi_application",
    "application",
    "wrapped",
    "__wrapped__",
    "inner",
    "asgi_app",
    "wsgi_app",
)
_MOST_ASKED = 200
_SIMPLE = (str, bytes, int, float, type, ModuleType, type(None))


def wrapped_in(app: object) -> tuple[object, ...]:
    """What an app hands its requests on to, as far as its parts tell.

    A bound method belongs to its object, a partial to its function; a wrapper keeps the app in one
    of the usual attributes, a router of protocols has one for HTTP.
    """
    if isinstance(app, partial):
        return (app.func,)
    if isinstance(app, MethodType):
        return (app.__self__,)
    if isinstance(app, Mapping):
        return (app.get("http"),)
    named = (_attribute(app, name) for name in (*INNER, "application_mapping"))
    found = [inner for inner in named if not isinstance(inner, _SIMPLE)]
    return (*found, *_enclosed(app))


def _enclosed(app: object) -> Iterator[object]:
    """What a function has kept of whoever made it."""
    for cell in getattr(app, "__closure__", None) or ():
        with suppress(ValueError):  # nothing is in it yet
            if not isinstance(cell.cell_contents, _SIMPLE):
                yield cell.cell_contents


def _known_to(app: object) -> Iterator[object]:
    """All else that an app may know its settings by: its attributes, and what a function names."""
    kept = getattr(app, "__dict__", None)
    for value in (*(kept.values() if isinstance(kept, dict) else ()), *_arguments(app)):
        if isinstance(value, (list, tuple)):
            yield from value
        else:
            yield value
    code, known = getattr(app, "__code__", None), getattr(app, "__globals__", {})
    for name in getattr(code, "co_names", ()):
        yield known.get(name)


def _arguments(app: object) -> tuple[object, ...]:
    return (*app.args, *app.keywords.values()) if isinstance(app, partial) else ()


def _attribute(owner: object, name: str) -> object:
    # Of what stands in for another object any attribute may raise anything.
    try:
        return getattr(owner, name, None)
    except Exception:
        return None


def find_debug(app: object, outer: object = None) -> bool | None:
    """What an app says of its being in development; None where nothing says so.

    Where several apps inside of a wrapper say different things, it is not.

    Args:
        app: the app, however it is wrapped.
        outer: the app that it is part of, if any.
    """
    for follow in (_only_wrapped, _all_known):
        said = tuple(_said(app, follow))
        if said:
            return all(said)
    if outer is not None:
        said = tuple(_said(outer, _only_wrapped))
        if said:
            return all(said)
    return _django_debug() if "django.conf" in sys.modules else None


def _only_wrapped(app: object) -> Iterable[object]:
    return wrapped_in(app)


def _all_known(app: object) -> Iterable[object]:
    return (*wrapped_in(app), *_known_to(app))


def _said(app: object, follow: Callable[[object], Iterable[object]]) -> Iterator[bool]:
    """What apps say, each the first on its way: further in it is about their parts."""
    waiting = [app]
    seen: dict[int, object] = {}
    while waiting and len(seen) < _MOST_ASKED:
        asked = waiting.pop(0)
        # They are kept, since another object could get the same id.
        if isinstance(asked, _SIMPLE) or id(asked) in seen:
            continue
        seen[id(asked)] = asked
        debug = _attribute(asked, "debug")
        if isinstance(debug, int):
            yield bool(debug)
        elif type(asked).__module__.startswith("django.") and _django_debug() is not None:
            yield bool(_django_debug())
        else:
            waiting.extend(follow(asked))


def _django_debug() -> bool | None:
    from django.conf import settings

    return bool(settings.DEBUG) if settings.configured else None
