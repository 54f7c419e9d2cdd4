"""Waiting on facts: that a page has taken every change made until now."""

from typing import Any

from playwright.sync_api import Error, Page

_SYNC = """async () => {
  const { src } = document.querySelector('script[data-hotreload][src]');
  return (await import(src)).sync();
}"""


def sync(page: Page) -> dict[str, Any]:
    """Wait until every change made until now has reached the page, reloads included."""
    while True:
        try:
            page.wait_for_load_state("load")
            answer: dict[str, Any] = page.evaluate(_SYNC)
        except Error as error:
            if "context was destroyed" not in str(error) and "navigat" not in str(error):
                raise
            continue
        return answer
