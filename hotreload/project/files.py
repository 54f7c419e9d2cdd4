"""The one gate through which every project file is read.

Static serving, transforms, pushes and code frames all come through here, so what may not be
served over HTTP can't leave by another door either.
"""

import asyncio
import errno
import os
import stat
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from hotreload.project.deny import DenyList
from hotreload.project.linked import LinkedUrls
from hotreload.project.look import (
    SETTLE_LIMIT_SECONDS,
    SETTLE_SECONDS,
    FileContent,
    Look,
    is_young,
    read_all,
)
from hotreload.project.urls import RefusedPathError, file_url, parse_path, to_url

# So long is waited for a system that can open no more files.
UNREACHABLE_SECONDS = 30.0
# So many names of files that changed.
_REMEMBERED = 10_000
# Above this, a file is streamed, never pushed, and told apart by its size and time.
LARGE_BYTES = 8 * 1024 * 1024

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)

# What the system answers when it, or this process, has no more to give (errno(3)).
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})

# In place of a hash, where there is no file.
MISSING = "-"


def content_hash(data: bytes) -> str:
    """A 72-bit BLAKE2b digest as 12 URL-safe characters: enough to tell versions apart."""
    return urlsafe_b64encode(blake2b(data, digest_size=9).digest()).decode("ascii")


class Mount(NamedTuple):
    """A folder under a URL prefix. ``prefix`` begins and ends with a slash; ``root`` is real.

    ``watched`` is whether its files change by themselves, not only when somebody says so.
    """

    prefix: str
    root: Path
    watched: bool = True


class FileMissingError(Exception):
    """There is nothing to serve at this URL (or it may not be served: the answer is the same)."""


class FileDeniedError(FileMissingError):
    """The URL names something that is never served; ``reason`` is for the terminal only."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class FileUnreachableError(FileMissingError):
    """The system can't open a file now, whether or not it is there: it has nothing left to do so.

    Whoever asks again may be answered.
    """


class _Cached(NamedTuple):
    signature: tuple[int, int, int]
    content: FileContent
    vouched: bool


class ProjectFiles:
    """The mounts of a project and the bytes behind their URLs.

    Args:
        mounts: at least one; a longer prefix wins over a shorter one, and of several folders with
            the same the first that has the file.
        names: those that are never served.
    """

    def __init__(self, mounts: tuple[Mount, ...], names: DenyList | None = None) -> None:
        self._names = names or DenyList()
        self.mounts = tuple(sorted(mounts, key=lambda mount: -len(mount.prefix)))
        self._cache: dict[str, _Cached] = {}
        self.on_added: Callable[[Mount], None] = lambda mount: None
        self._believing = False
        self._places: dict[str, tuple[Mount, str]] = {}
        self._urls: dict[Path, tuple[str, ...]] = {}
        self._linked = LinkedUrls()

    def add(self, mount: Mount) -> None:
        """Serve another folder, from now on."""
        self.mounts = tuple(sorted((*self.mounts, mount), key=lambda mount: -len(mount.prefix)))
        self._urls.clear()
        self._places.clear()
        self.on_added(mount)

    def resolve(self, url: str) -> Path:
        """The real path behind a URL path (its query is ignored).

        Raises:
            FileDeniedError: the name is on the deny list, ambiguous, or leads out of its mount.
            FileMissingError: nothing is there.
        """
        return Path(self._resolve(file_url(url)))

    def place(self, url: str) -> Path:
        """Where a URL path points to by its name, whether or not anything is there.

        Raises:
            FileMissingError, FileDeniedError: nothing may be served there.
        """
        return Path(self._place(file_url(url))[1])

    def _resolve(self, url: str) -> str:
        place = self._places.get(url)
        mount, written = place if place is not None else self._place(url)
        try:
            real = os.path.realpath(written, strict=True)
        except (OSError, ValueError):
            self._see_link(url, mount, written)
            raise FileMissingError(url) from None
        if real != written:
            self._check_link(url, mount, real)
            self._see_link(url, mount, written)
        if not self._is_shared(mount):
            # An earlier folder may get a file of the same name at any time.
            self._places[url] = (mount, written)
        return real

    def _place(self, url: str) -> tuple[Mount, str]:
        """Where a URL path points to, by its name alone."""
        try:
            segments = parse_path(url.encode("ascii"))
        except (RefusedPathError, UnicodeEncodeError) as error:
            raise FileDeniedError(url, str(error)) from None
        pattern = self._names.denied_by(segment for segment in segments if segment)
        if pattern:
            raise FileDeniedError(url, f"such names are not served (--allow '{pattern}')")
        canonical = to_url(segments)
        mount = next((m for m in self.mounts if canonical.startswith(m.prefix)), None)
        if mount is None:
            raise FileMissingError(url)
        inner = [segment for segment in segments[mount.prefix.count("/") - 1 :] if segment]
        if self._is_shared(mount):
            places = ((m, m.root.joinpath(*inner)) for m in self.mounts if m.prefix == mount.prefix)
            mount = next((m for m, path in places if os.path.lexists(path)), mount)
        return mount, str(mount.root.joinpath(*inner))

    def _is_shared(self, mount: Mount) -> bool:
        """Whether a prefix has several folders: the first of them that has a file is its own."""
        return any(m.prefix == mount.prefix and m is not mount for m in self.mounts)

    def _see_link(self, url: str, mount: Mount, written: str) -> None:
        """Remember a way through links, be it to what may come there."""
        try:
            real = os.path.realpath(written)
        except ValueError:
            return  # no name that a file can have
        inside = real != written and Path(real).is_relative_to(mount.root)
        if inside and self._linked.see(url, written, real):
            self._urls.pop(Path(real), None)

    def _check_link(self, url: str, mount: Mount, real: str) -> None:
        root = str(mount.root)
        if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
            raise FileDeniedError(url, "a symbolic link leads out of the served folder (--mount)")
        pattern = self._denied_in(mount, Path(real).relative_to(root).parts)
        if pattern:
            reason = f"a symbolic link leads to what is not served (--allow '{pattern}')"
            raise FileDeniedError(url, reason)

    def _denied_in(self, mount: Mount, parts: tuple[str, ...]) -> str:
        """What denies a place in a mount, whose prefix counts too; "" where nothing does."""
        return self._names.denied_by((*filter(None, mount.prefix.split("/")), *parts))

    def open(self, url: str) -> int:
        """Open the regular file behind a URL path for reading and return its descriptor.

        Raises:
            FileMissingError, FileDeniedError: see :meth:`resolve`; also for anything that is no
                regular file.
        """
        path = self._resolve(file_url(url))
        try:
            descriptor = os.open(path, _OPEN_FLAGS)
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise FileUnreachableError(f"{url}: {error.strerror}") from None
            raise FileMissingError(url) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileMissingError(url)
        return descriptor

    def is_file(self, url: str) -> bool:
        """Whether a regular file that may be served is at this URL path."""
        try:
            return stat.S_ISREG(self.resolve(url).stat().st_mode)
        except (OSError, FileMissingError):
            return False

    def may_read(self, url: str) -> bool:
        """As :meth:`is_file`, of files that this process has the right to read."""
        try:
            path = self.resolve(url)
            return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK)
        except (OSError, FileMissingError):
            return False

    def is_folder(self, url: str) -> bool:
        """Whether a folder that may be served is at this URL path."""
        try:
            return self.resolve(url).is_dir()
        except FileMissingError:
            return False

    def look(self, url: str, *, fresh: bool = False, trusting: bool = False) -> Look:
        """Read a file once, and judge whether its writer seems to have finished.

        Args:
            url: the URL path.
            fresh: read the bytes even if size, time and inode are those of the last read.
            trusting: what :meth:`read_changed` has read is not young.

        Raises:
            FileMissingError, FileDeniedError: see :meth:`resolve`.
        """
        key = file_url(url)
        if self._believing and not fresh and key in self._cache:
            return Look(self._cache[key].content, whole=True, young=False)
        descriptor = self.open(url)
        try:
            before = os.fstat(descriptor)
            # Whoever is held up after this must not take what was read for old.
            now = time.time()
            signature = (before.st_mtime_ns, before.st_size, before.st_ino)
            cached = self._cache.get(key)
            if cached is not None and cached.signature == signature and not fresh:
                young = is_young(before, cached.content.data, now)
                return Look(cached.content, True, young and not (trusting and cached.vouched))
            if before.st_size > LARGE_BYTES:
                large = FileContent(b"", "-".join(f"{part:x}" for part in signature), large=True)
                return Look(large, whole=True, young=False)
            data = read_all(descriptor, before.st_size)
            after = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        content = FileContent(data, content_hash(data))
        same = (after.st_mtime_ns, after.st_size, after.st_ino) == signature
        whole = same and len(data) == after.st_size
        emptied = not data and cached is not None and bool(cached.content.data)
        look = Look(
            content,
            whole,
            is_young(after, data, now, emptied=emptied),
            cached.content if cached is not None and emptied else None,
        )
        if look.finished:
            self._cache[key] = _Cached(signature, content, vouched=fresh and trusting)
        return look

    def was_read(self, url: str) -> bool:
        """Whether :meth:`read_changed` found a file when it was last asked, without a look now."""
        return file_url(url) in self._cache

    @contextmanager
    def believing(self) -> Iterator[None]:
        """While this lasts, what was read before is not looked at again.

        For dealing with a batch: its files were read when the watcher saw them change.
        """
        self._believing = True
        try:
            yield
        finally:
            self._believing = False

    def read(self, url: str) -> FileContent:
        """Read a file that is not being rewritten; waits up to 0.1 s for its writer to finish.

        What :meth:`read_changed` has read is not waited for. A file that was just emptied by its
        writer is what it was before.

        Raises:
            FileMissingError, FileDeniedError: see :meth:`resolve`.
        """
        deadline = time.monotonic() + SETTLE_LIMIT_SECONDS
        look = self.look(url, trusting=True)
        while not look.settled and look.before is None and time.monotonic() < deadline:
            time.sleep(SETTLE_SECONDS / 4)
            look = self.look(url, fresh=True).after(look)
        return look.best

    async def read_async(self, url: str) -> FileContent:
        """As :meth:`read`, without holding up the event loop, and waiting for any writer."""
        deadline = time.monotonic() + SETTLE_LIMIT_SECONDS
        look = self.look(url)
        while not look.settled and time.monotonic() < deadline:
            await asyncio.sleep(SETTLE_SECONDS / 4)
            look = self.look(url, fresh=True).after(look)
        return look.best

    def read_changed(self, url: str) -> None:
        """Read a file that the watcher saw change, so that its new bytes are known.

        Only an unfinished write is waited for: whoever wrote again will be seen again.
        """
        begun = time.monotonic()
        try:
            look = self._look_patiently(url)
            while not look.finished and time.monotonic() < begun + look.patience:
                time.sleep(SETTLE_SECONDS / 4)
                look = self.look(url, fresh=True, trusting=True)
        except FileMissingError:
            self._cache.pop(url, None)
        else:
            if not look.finished:
                self._cache.pop(url, None)

    def _look_patiently(self, url: str) -> Look:
        """Look at a file as soon as the system can open it, for a time."""
        deadline = time.monotonic() + UNREACHABLE_SECONDS
        while True:
            try:
                return self.look(url, fresh=True, trusting=True)
            except FileUnreachableError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(SETTLE_LIMIT_SECONDS)

    def urls_of(self, path: Path) -> tuple[str, ...]:
        """Every URL path under which a file can be asked for (one a mount that holds it)."""
        # A file that was saved is mostly saved again.
        urls = self._urls.get(path)
        if urls is None:
            if len(self._urls) >= _REMEMBERED:
                self._urls.clear()
            urls = self._urls[path] = self._find_urls(path)
        return urls

    def _find_urls(self, path: Path) -> tuple[str, ...]:
        urls = []
        for mount in self.mounts:
            try:
                parts = path.relative_to(mount.root).parts
            except ValueError:
                continue
            if self._denied_in(mount, parts):
                continue
            try:
                urls.append(mount.prefix[:-1] + to_url(parts))
            except UnicodeEncodeError:
                continue  # a name that is not UTF-8
        return tuple(dict.fromkeys((*urls, *self._linked.leading_to(path))))

    def urls_changed(self, paths: Iterable[Path], known: Iterable[str]) -> frozenset[str]:
        """Every URL path that may mean something else now that paths have changed.

        Args:
            paths: files, links, and folders that are gone.
            known: URL paths of the files that were loaded, or asked for in vain.
        """
        found: set[str] = set()
        ways: list[str] = []
        for path in paths:
            own = self.urls_of(path)
            found.update(own)
            if path.is_symlink() or not path.exists():
                ways += [f"{url}/" for url in own]
        if ways:
            found |= self._linked.turned()
            found.update(url for url in known if url.startswith(tuple(ways)))
        return frozenset(found)
