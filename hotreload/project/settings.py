"""Settings: from files, the environment and flags to one frozen value.

In rising order of precedence: ``[tool.hotreload]`` in pyproject.toml, ``hotreload.toml``,
``HOTRELOAD_*`` variables, flags. A project's own files can't weaken its security: what they may not
set is refused.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from hotreload.project.deny import DenyList
from hotreload.project.files import Mount
from hotreload.project.options import (
    AddressNames,
    FrontOptions,
    RuntimeOptions,
    ShownSetting,
    TlsFiles,
)
from hotreload.project.urls import RefusedPathError, parse_path, to_url

if TYPE_CHECKING:
    from hotreload.plugins import Plugin

# Keys that open the server to others: from flags, the environment or the user only.
_NOT_FROM_PROJECT = frozenset({"host", "allow_host", "allow", "cors_origin"})
# Nor may opening a folder run what is in it.
_RUNS_COMMANDS = frozenset({"build", "editor"})
_KEYS: Mapping[str, type] = {
    "dir": str,
    "build": str,
    "host": str,
    "port": int,
    "https": bool,
    "cert": str,
    "key": str,
    "proxy": list,
    "header": list,
    "listing": bool,
    "strict_port": bool,
    "open": bool,
    "watch": list,
    "ignore": list,
    "quiet_about": list,
    "mount": list,
    "spa": bool,
    "base": str,
    "log_level": str,
    "overlay": bool,
    "status": bool,
    "highlight": bool,
    "heartbeat": float,
    "console": bool,
    "errors": bool,
    "reload": str,
    "editor": str,
    "allow_host": list,
    "cors_origin": list,
    "allow": list,
    "deny": list,
    "plugins": list,
    "sass_load_path": list,
}
_HOST_NAME = re.compile(r"\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\*", re.I)
_ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::\d{1,5})?")


class SettingsError(Exception):
    """A setting that can't be used: one line that says which, where and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one server does.

    Args:
        root: the served folder, a real path.
        host: the address to listen on.
        port: 0 for any free one.
        strict_port: fail where the port is in use, rather than take the next free one.
        open_browser: open the page in the user's browser.
        watch: further files and folders whose changes reload the pages.
        sources: folders of an app that runs in a process of its own, in which only what it may
            render pages from counts.
        ignore: glob patterns of paths whose changes don't matter.
        mounts: what is served, ``root`` at "/" among them.
        rendered: an app renders the pages, from files in ``watch``; what is not mounted is its own.
        spa: unknown addresses are answered by ``/index.html``.
        base: the public base path, beginning and ending with a slash.
        allow_hosts: further host names under which pages may be asked for.
        cors_origins: other origins whose pages may load what is served.
        names: of files that are never served.
        runtime: what the runtime may do in the pages.
        plugins: who takes part in making what the browser gets.
        sass_load_paths: URL paths of the folders that Sass also looks in.
        editor: the command that opens a file, as from :func:`hotreload.web.editor.parse_editor`.
        log_level: of the terminal's lines: debug, info, warning or error.
        front: what stands before the app.
        tls: serve HTTPS with these; None for HTTP.
        as_json: say everything as JSON lines, for tools.
        listing: show what a folder holds where no page stands for it.
        shown: what was set, and where, for who asks.
        asked_by: how the user said where to listen.
    """

    root: Path
    host: str = "127.0.0.1"
    port: int = 8000
    strict_port: bool = False
    open_browser: bool = False
    watch: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = ()
    ignore: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = field(default=())
    rendered: bool = False
    spa: bool = False
    base: str = "/"
    allow_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    names: DenyList = field(default_factory=DenyList)
    log_level: str = "info"
    plugins: "tuple[Plugin, ...]" = ()
    sass_load_paths: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    runtime: RuntimeOptions = field(default_factory=RuntimeOptions)
    front: FrontOptions = field(default_factory=FrontOptions)
    tls: TlsFiles | None = None
    as_json: bool = False
    listing: bool = False
    shown: tuple[ShownSetting, ...] = field(default=(), compare=False)
    asked_by: AddressNames = field(default_factory=AddressNames)

    def __post_init__(self) -> None:
        if not self.mounts and not self.rendered:
            object.__setattr__(self, "mounts", (Mount("/", self.root),))


class Config(NamedTuple):
    """What a project's files set: ``values`` by name, and in ``files`` which file set it."""

    values: Mapping[str, Any]
    files: Mapping[str, Path]


def read_config(start: Path) -> Config:
    """The settings of the project that ``start`` lies in, from its files.

    Args:
        start: a folder; the nearest files at or above it count.

    Raises:
        SettingsError: a file is no TOML, or sets what is unknown, of the wrong kind or not its own
            to set.
    """
    values: dict[str, Any] = {}
    files: dict[str, Path] = {}
    for name, table in (("pyproject.toml", ("tool", "hotreload")), ("hotreload.toml", ())):
        file = next((p / name for p in (start, *start.parents) if (p / name).is_file()), None)
        if file is not None:
            found = _read_file(file, table)
            values.update(found)
            files.update(dict.fromkeys(found, file))
    return Config(values, files)


def check_folder(path: Path) -> Path:
    """The real path of a folder that can be served.

    Raises:
        SettingsError: it is missing, not a folder, or can't be read.
    """
    if not path.exists():
        raise SettingsError(f"there is no folder {path}")
    if not path.is_dir():
        raise SettingsError(f"{path} is not a folder: name the folder it is in")
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror}") from None
    return path.resolve()


def parse_mount(text: str) -> Mount:
    """A mount written as ``/prefix=folder``.

    Raises:
        SettingsError: it is not of that form, or the folder can't be served.
    """
    prefix, equals, folder = text.partition("=")
    segments = prefix.strip("/").split("/")
    if not equals or not prefix.startswith("/") or any(s in ("", ".", "..") for s in segments):
        raise SettingsError(f"a mount is written /prefix=folder, not {text!r}")
    return Mount(f"/{quote('/'.join(segments))}/", check_folder(Path(folder)))


def parse_load_path(text: str, mounts: Iterable[Mount]) -> str:
    """The URL path of a folder that Sass looks in.

    Raises:
        SettingsError: there is no such folder, or it is not served.
    """
    folder = check_folder(Path(text))
    for mount in mounts:
        if folder.is_relative_to(mount.root):
            return mount.prefix.rstrip("/") + to_url(folder.relative_to(mount.root).parts)
    raise SettingsError(
        f"Sass reads what is served, and {folder} is not: serve it (--mount /PREFIX={text})"
    )


def parse_host(text: str) -> str:
    """A host name that is allowed.

    Raises:
        SettingsError: it is something else, like a URL.
    """
    if not _HOST_NAME.fullmatch(text):
        raise SettingsError(
            f"an allowed host is a name like app.test, or .app.test for all below it, not {text!r}"
        )
    return text.lower().rstrip(".")


def parse_origin(text: str) -> str:
    """An origin that may load what is served, as browsers write it.

    Raises:
        SettingsError: it is something else; ``*`` and ``null`` are never allowed.
    """
    if not _ORIGIN.fullmatch(text):
        raise SettingsError(f"an origin is written http://localhost:9000, not {text!r}")
    return text


def parse_base(text: str) -> str:
    """A base path with its slashes.

    Raises:
        SettingsError: it does not begin with a slash, or is no URL path.
    """
    try:
        base = to_url(parse_path(text.encode("utf-8")))
    except RefusedPathError as error:
        raise SettingsError(
            f"the base is a URL path that begins with a slash, not {text!r}: {error}"
        ) from None
    return base if base.endswith("/") else base + "/"


def package_mount(root: Path, start: Path) -> Mount | None:
    """The ``node_modules`` beside a site: the nearest one from its folder up to ``start``."""
    if (root / "node_modules").is_dir() or not root.is_relative_to(start):
        return None
    for folder in root.parents:
        if (folder / "node_modules").is_dir():
            return Mount("/node_modules/", (folder / "node_modules").resolve(), watched=False)
        if folder == start:
            break
    return None


def _read_file(file: Path, table: Iterable[str]) -> dict[str, Any]:
    import tomllib  # where there is one

    try:
        data: Any = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}") from None
    for key in table:
        data = data.get(key, {}) if isinstance(data, dict) else None
    if not isinstance(data, dict):
        raise SettingsError(f"{file}: [tool.hotreload] is not a table")
    found = {key.replace("-", "_"): value for key, value in data.items()}
    for key, value in found.items():
        _check_key(file, key, value)
    here = file.parent
    for key in ("watch", "mount", "dir", "cert", "key", "proxy", "header", "sass_load_path"):
        if key in found:
            found[key] = _from_here(here, key, found[key])
    return found


def _check_key(file: Path, key: str, value: object) -> None:
    expected = _KEYS.get(key)
    if expected is None:
        raise SettingsError(
            f"{file}: unknown setting {key!r}; known are {', '.join(sorted(_KEYS))}"
        )
    if key in _RUNS_COMMANDS:
        raise SettingsError(
            f"{file}: {key!r} is a command and can only be given as a flag "
            f"or as HOTRELOAD_{key.upper()}"
        )
    if key in _NOT_FROM_PROJECT:
        raise SettingsError(
            f"{file}: {key!r} opens the server to others and can only be given as a flag "
            f"or as HOTRELOAD_{key.upper()}"
        )
    allowed = (int, float) if expected is float else (expected,)
    wrong_number = isinstance(value, bool) and bool not in allowed
    if not isinstance(value, allowed) or wrong_number:
        raise SettingsError(f"{file}: {key!r} is not a {expected.__name__}")
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{file}: {key!r} is not a list of strings")


def _from_here(here: Path, key: str, value: Any) -> Any:
    match key:
        case "proxy":
            return [_to_this_machine(here, item) for item in value]
        case "header":
            return [_opening_nothing(here, item) for item in value]
        case "dir":
            return str(_inside(here, value, "dir", "as the command's argument"))
        case "cert" | "key":
            return str(here / value)
        case "watch" | "sass_load_path":
            return [str(here / item) for item in value]
        case _:
            return [_mount_from_here(here, item) for item in value]


def _to_this_machine(here: Path, item: str) -> str:
    """A proxy that a project may have: others could reach into the user's network."""
    try:
        host = urlsplit(item.partition("=")[2]).hostname or ""
    except ValueError:
        return item  # said where it is read
    if host != "localhost" and not host.startswith("127.") and host != "::1":
        raise SettingsError(
            f"{here}: the proxy {item!r} leads to another machine: give it as a flag (--proxy) "
            "or as HOTRELOAD_PROXY"
        )
    return item


def _opening_nothing(here: Path, item: str) -> str:
    """A header that a project may have: none that lets other origins in."""
    if item.lower().startswith(("access-control-", "cross-origin-")):
        raise SettingsError(
            f"{here}: the header {item!r} opens the server to others: give it as a flag (--header) "
            "or as HOTRELOAD_HEADER"
        )
    return item


def _mount_from_here(here: Path, item: str) -> str:
    prefix, equals, folder = item.partition("=")
    return f"{prefix}{equals}{_inside(here, folder, 'mount', 'as a flag (--mount)')}"


def _inside(here: Path, folder: str, key: str, how: str) -> Path:
    target = (here / folder).resolve()
    if not target.is_relative_to(here.resolve()):
        raise SettingsError(f"{here}: the {key} {folder!r} leads out of the project: give it {how}")
    return target
