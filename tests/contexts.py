"""Browser contexts that end for sure."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PlaywrightError

_LEAVE_MILLISECONDS = 2000


@contextmanager
def context_of(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A context of its own: no cookie, cache or storage of another test.

    Args:
        browser: which is to have it.
        options: as for Playwright's ``new_context``.
    """
    context = browser.new_context(**options)
    try:
        yield context
    finally:
        # Chromium never answers the closing of a context in which a page arrives somewhere at that
        # moment, as one that we told to reload may.
        for page in context.pages:
            with suppress(PlaywrightError):
                page.goto("about:blank", timeout=_LEAVE_MILLISECONDS)
        context.close()
