"""The ways to compress a body, best first: Brotli where it is installed, and gzip."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

try:
    import brotli
except ImportError:
    brotli = None

# Source text is hardly smaller at the levels above, and takes several times as long.
_LEVEL = 4


class Compressor(Protocol):
    """One body on its way."""

    def flush(self, data: bytes) -> bytes:
        """A part, so that it can be read before there are others."""
        ...

    def finish(self, data: bytes) -> bytes:
        """The last part."""
        ...


@dataclass(frozen=True, slots=True)
class Codec:
    """A way to compress.

    Args:
        name: as ``Content-Encoding`` has it.
        new: begins a body.
    """

    name: str
    new: Callable[[], Compressor]


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def flush(self, data: bytes) -> bytes:
        return self._inner.compress(data) + self._inner.flush(zlib.Z_SYNC_FLUSH)

    def finish(self, data: bytes) -> bytes:
        return self._inner.compress(data) + self._inner.flush()


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=_LEVEL)

    def flush(self, data: bytes) -> bytes:
        return bytes(self._inner.process(data) + self._inner.flush())

    def finish(self, data: bytes) -> bytes:
        return bytes(self._inner.process(data) + self._inner.finish())


_GZIP = Codec("gzip", _Gzip)
CODECS = (_GZIP,) if brotli is None else (Codec("br", _Brotli), _GZIP)
