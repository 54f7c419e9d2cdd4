"""What an app says of itself, and is told: what is watched, its static files, its hosts."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount as Route
from starlette.staticfiles import StaticFiles

from hotreload.hosts.asgi.debug import wrapped_in
from hotreload.project.files import Mount
from hotreload.project.settings import SettingsError, parse_mount

Static = Mapping[str, "str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"]
# Folders with one prefix, in the order in which they are asked for a file.
Group = tuple[Mount, ...]

_DEEPEST = 16
_USUAL = ("templates", "static")
_USUAL_STATIC = ("static", "assets", "public")


def static_mounts(app: object) -> tuple[Mount, ...]:
    """The folders that an app serves as files, as far as it can be asked."""
    groups = reversed((*_mounts(app, "", 0), *_django_mounts()))
    found = {group[0].prefix: group for group in groups if group}
    return tuple(mount for group in found.values() for mount in group)


def named_mounts(static: Static, root: Path) -> tuple[Mount, ...]:
    """The mounts that were named.

    Args:
        static: URL prefix → folder, or several of them: the first that has a file serves it.
        root: what relative folders are relative to.

    Raises:
        SettingsError: a prefix is none, or a folder can't be read.
    """
    mounts: list[Mount] = []
    for prefix, named in static.items():
        folders = (named,) if isinstance(named, str | os.PathLike) else named
        try:
            mounts.extend(parse_mount(f"{prefix}={root / folder}") for folder in folders)
        except SettingsError as error:
            raise SettingsError(f"HotReload(static={{{prefix!r}: …}}): {error}") from None
    return tuple(mounts)


def watched_paths(watch: Sequence[str | os.PathLike[str]] | None, root: Path) -> tuple[Path, ...]:
    """What pages are rendered from: as named, or what apps usually have.

    Args:
        watch: folders and files, relative to ``root``; None for the usual ones.
        root: the project's folder.

    Raises:
        SettingsError: one of them is not there.
    """
    if watch is None:
        return tuple(root / name for name in _USUAL if (root / name).is_dir())
    paths = []
    for name in watch:
        path = (root / name).resolve()
        if not path.exists():
            raise SettingsError(f"HotReload(watch=[{os.fspath(name)!r}]): there is no {path}")
        paths.append(path)
    return tuple(paths)


def unserved_folders(app: object, root: Path, served: Sequence[Mount]) -> tuple[Path, ...]:
    """The folders of static files that an app serves in its own way, as far as they are known.

    Args:
        app: the app.
        root: the project's folder; what lies outside of it is no one's to edit.
        served: those that are served for it.
    """
    django = [mount.root for group in _django_mounts() for mount in group]
    usual = (root / name for name in _USUAL_STATIC)
    found = dict.fromkeys(
        path.resolve() for path in (*usual, *_static_folders(app, 0), *django) if path.is_dir()
    )
    roots = [mount.root for mount in served]
    return tuple(
        path
        for path in found
        if path.is_relative_to(root)
        and path != root
        and not any(path.is_relative_to(served) for served in roots)
    )


def _static_folders(app: object, depth: int) -> Iterator[Path]:
    if depth > _DEEPEST or app is None:
        return
    # WhiteNoise's own, those of Starlette's and Litestar's, whatever has been made of them.
    named = (getattr(app, "directory", None), *(getattr(app, "all_directories", None) or ()))
    folders = (*named, *(pair[0] for pair in getattr(app, "directories", None) or () if pair))
    for folder in folders:
        if isinstance(folder, str | os.PathLike):
            yield Path(folder)
    for route in getattr(app, "routes", None) or ():
        yield from _static_folders(getattr(route, "app", None), depth + 1)
    for inner in wrapped_in(app):
        yield from _static_folders(inner, depth + 1)


def _django_mounts() -> Iterator[Group]:
    """Where Django's finders look, as its own ``runserver`` serves it in development."""
    if "django.conf" not in sys.modules:
        return
    from django.conf import settings

    if not settings.configured or "django.contrib.staticfiles" not in settings.INSTALLED_APPS:
        return
    from django.contrib.staticfiles.finders import get_finders

    address = settings.STATIC_URL or ""
    groups: dict[str, list[Mount]] = {}
    for finder in get_finders() if address.startswith("/") else ():
        for storage in getattr(finder, "storages", {}).values():
            folder, below = getattr(storage, "location", None), getattr(storage, "prefix", "")
            if not isinstance(folder, str) or not Path(folder).is_dir():
                continue
            prefix = f"{address.rstrip('/')}/{below}".rstrip("/") + "/"
            installed = "site-packages" in Path(folder).parts
            mount = Mount(prefix, Path(folder).resolve(), watched=not installed)
            groups.setdefault(prefix, []).append(mount)
    yield from map(tuple, groups.values())


def trusted_hosts(app: object) -> tuple[str, ...]:
    """The host names that the app itself insists on."""
    names: list[str] = []
    for middleware in getattr(app, "user_middleware", ()):
        if getattr(middleware, "cls", None) is TrustedHostMiddleware:
            names.extend(middleware.kwargs.get("allowed_hosts") or ())
    return tuple(name.removeprefix("*") for name in names if name != "*")


def _mounts(app: object, prefix: str, depth: int) -> Iterator[Group]:
    if depth > _DEEPEST or app is None:
        return
    if isinstance(app, StaticFiles):
        # A subclass with its own answer may have reasons, such as who may see a file.
        plain = type(app).get_response is StaticFiles.get_response
        if plain and app.directory is not None and Path(app.directory).is_dir():
            yield (Mount(f"{prefix}/", Path(app.directory).resolve()),)
        return
    yield from _flask_mounts(app, prefix)
    if type(app).__module__.startswith("litestar."):
        yield from _litestar_mounts(app, prefix)
    for route in getattr(app, "routes", None) or ():
        if isinstance(route, Route) and "{" not in route.path:
            yield from _mounts(route.app, prefix + route.path, depth + 1)
    for inner in wrapped_in(app):
        yield from _mounts(inner, prefix, depth + 1)


def _litestar_mounts(app: object, prefix: str) -> Iterator[Group]:
    """The folders of static files that anybody may have, and that come as they are."""
    from litestar.file_system import BaseLocalFileSystem
    from litestar.static_files.base import StaticFiles as LitestarFiles

    from hotreload.hosts.asgi.litestar import handlers_of

    for route in getattr(app, "routes", ()):
        path, is_file, rest = route.path.partition("{file_path:path}")
        if not is_file or rest or "{" in path:
            continue
        for handler in handlers_of(route):
            layers = handler.ownership_layers
            if any(
                layer.guards or (layer.middleware and layer is not layers[0]) for layer in layers
            ):
                continue
            for files in wrapped_in(handler.fn):
                if not isinstance(files, LitestarFiles):
                    continue
                if isinstance(files.adapter.file_system, BaseLocalFileSystem):
                    folders = map(Path, filter(os.path.isdir, files.directories))
                    yield tuple(Mount(f"{prefix}{path}", folder.resolve()) for folder in folders)


def _flask_mounts(app: object, prefix: str) -> Iterator[Group]:
    """The static folder of a Flask or Quart app, and those of its blueprints."""
    named, path = getattr(app, "static_folder", None), getattr(app, "static_url_path", None)
    if isinstance(named, str | Path) and isinstance(path, str) and Path(named).is_dir():
        yield (Mount(f"{prefix}{path.rstrip('/')}/", Path(named).resolve()),)
    blueprints, rules = getattr(app, "blueprints", None), getattr(app, "url_map", None)
    if not isinstance(blueprints, Mapping) or rules is None:
        return
    for rule in rules.iter_rules():
        owner = blueprints.get(rule.endpoint.removesuffix(".static"))
        folder = getattr(owner, "static_folder", None)
        path, is_file, rest = rule.rule.partition("<path:filename>")
        if owner is None or not rule.endpoint.endswith(".static") or "<" in path:
            continue
        if is_file and not rest and isinstance(folder, str | Path) and Path(folder).is_dir():
            yield (Mount(f"{prefix}{path}", Path(folder).resolve()),)
