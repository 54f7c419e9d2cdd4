"""What a template calls where the runtime is not put into pages by itself."""

import sys


class Markup(str):
    """HTML, for template engines that escape what is only a string."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def tag(nonce: str = "") -> Markup:
    """The elements of hotreload, for a page's ``<head>``; empty where hotreload is off.

    Args:
        nonce: that of the page's Content-Security-Policy, if it has one.
    """
    # Not imported here: where nothing else has, hotreload is off.
    module = sys.modules.get("hotreload.hosts.asgi.page")
    page = module.rendering.get() if module is not None else None
    return Markup(page.give(nonce) if page is not None else "")
