"""Waiting on facts: that a page has taken every change made until now."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error, Page

SECONDS = 20

_SYNC = """async () => {
  // Of a page that is only beginning to load there may be nothing yet.
  const script = document.querySelector('script[data-hotreload]:not([type])') ??
    document.querySelector('script[data-hotreload][src]');
  // In XML the script imports the runtime, and is not the runtime.
  return script && (await import(script.src || eval(script.text.slice('import'.length)))).sync();
}"""


def sync(page: Page) -> dict[str, Any]:
    """Wait until every change made until now has reached the page, reloads included."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            page.wait_for_load_state("load")
            answer: dict[str, Any] | None = page.evaluate(_SYNC)
        except Error:
            # A page that leaves in the midst of this fails in many ways; the next one may answer.
            if page.is_closed() or time.monotonic() > deadline:
                raise
            answer = None
        if answer is not None:
            return answer
        page.wait_for_timeout(5)


def wait_until(page: Page, holds: Callable[[], object]) -> None:
    """Wait until something holds that handlers of the page's events find out."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        page.wait_for_timeout(5)
