"""Puts our block into a page that streams by, and holds nothing back that it need not."""

from hotreload.transform.html import find_insertion
from hotreload.transform.xml import xml_insertion

# A page whose head has not come by then has none.
MOST_HELD = 64 * 1024

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Injector:
    """Finds the place in one body, and puts the block in there. Without the block, every byte that
    comes out is one that went in, in order.

    Args:
        block: ASCII.
        xml: browsers read the page as XML: its first bytes are held until its root is there.
    """

    def __init__(self, block: bytes, *, xml: bool = False) -> None:
        self._block = block
        self._xml = xml
        self._held = b""
        self.done = False

    @property
    def size(self) -> int:
        """How many bytes come in addition."""
        return len(self._block)

    def feed(self, chunk: bytes, *, last: bool) -> bytes:
        """What can go on of the body, given more of it.

        Args:
            chunk: the next bytes.
            last: none follow.
        """
        if self.done:
            return chunk
        self._held += chunk
        whole = last or len(self._held) >= MOST_HELD
        if self._xml and not whole:
            return b""
        at = _place_in_xml(self._held) if self._xml else _place(self._held, whole=whole)
        if at is None and not whole:
            return b""
        self.done = True
        held, self._held = self._held, b""
        if at is None:
            return held
        return held[:at] + self._block + held[at:]


def _place(body: bytes, *, whole: bool) -> int | None:
    if not whole and len(body) < len(_BOM):
        return None
    start = len(_BOM) if body.startswith(_BOM) else 0
    # Tags are ASCII in every encoding that a page may be sent in but UTF-16.
    found = find_insertion(body[start:MOST_HELD].decode("latin-1"), whole=whole)
    return None if found is None else start + found


def _place_in_xml(body: bytes) -> int | None:
    start = len(_BOM) if body.startswith(_BOM) else 0
    found = xml_insertion(body[start:].decode("latin-1"))
    return None if found is None else start + found


def is_wide(body: bytes) -> bool:
    """Whether a body begins as UTF-16, where nothing in ASCII can be put in."""
    return body.startswith(_WIDE_BOMS)
