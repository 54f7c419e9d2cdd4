"""Runs the morph alone, in a real page: no server, no socket."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.contexts import context_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

RUNTIME = Path(__file__).parents[2] / "client-runtime"

MOVES = [pytest.param(True, id="moveBefore"), pytest.param(False, id="insertBefore")]

# What a browser without atomic moves lacks.
WITHOUT_MOVE = (
    "for (const type of [Element, Document, DocumentFragment]) delete type.prototype.moveBefore"
)

SETUP = """
window.parse = (html) => new DOMParser().parseFromString(html, 'text/html');
window.$ = (selector) => document.querySelector(selector);
window.$$ = (selector) => [...document.querySelectorAll(selector)];
window.start = (html) => {
  window.morph = new Morph.PageMorph(parse(html), document);
  window.seen = new MutationObserver(() => undefined);
  seen.observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
};
window.update = (html) => {
  seen.takeRecords();
  const result = morph.update(parse(html));
  const records = seen.takeRecords();
  window.records = records;
  return { ...result, records: records.length };
};
"""


@cache
def bundle() -> str:
    """Returns the morph as a script that defines `Morph`."""
    command = [
        str(RUNTIME / "node_modules/.bin/esbuild"),
        "src/morph/index.ts",
        "--bundle",
        "--format=iife",
        "--global-name=Morph",
        "--log-level=error",
    ]
    done = subprocess.run(command, cwd=RUNTIME, check=True, capture_output=True, text=True)
    return done.stdout


@dataclass(frozen=True)
class Result:
    """What an update did: its own words, and how many mutations an observer saw."""

    kind: str
    reason: str
    records: int


@dataclass(frozen=True)
class MorphPage:
    """A page that was served some HTML, and is updated to other HTML."""

    page: Page
    script: str
    moves: bool

    def open(self, body: str, *, before: str = "", head: str = "") -> None:
        """Serves a page; `before` is what scripts do while it loads."""
        self.open_document(document(body, head), before=before)

    def open_document(self, html: str, *, before: str = "") -> None:
        """Serves a whole document."""
        self.page.goto("about:blank")
        self.page.set_content(html)
        if not self.moves:
            self.page.evaluate(f"() => {{ {WITHOUT_MOVE} }}")
        self.page.evaluate(f"() => {{ {before} }}")
        self.page.evaluate(f"() => {{ {self.script}\n;window.Morph = Morph;{SETUP} }}")
        self.page.evaluate("(html) => start(html)", html)

    def update(self, body: str, head: str = "") -> Result:
        """Edits the body."""
        return self.update_document(document(body, head))

    def update_document(self, html: str) -> Result:
        """Edits the whole document."""
        found = self.page.evaluate("(html) => update(html)", html)
        return Result(found["kind"], found.get("reason", ""), found["records"])

    def edit(self, body: str, head: str = "") -> None:
        """Edits the body, which must work without a reload."""
        result = self.update(body, head)
        assert result.kind == "applied", result

    def js(self, code: str, argument: object = None) -> Any:
        """Returns what an expression or function is in the page."""
        return self.page.evaluate(code, argument)

    def act(self, code: str) -> None:
        """Does what a user or script of the page does."""
        self.page.evaluate(f"() => {{ {code} }}")

    def body(self) -> str:
        """Returns the body's HTML."""
        return str(self.js("document.body.innerHTML"))

    def check(self, condition: str) -> None:
        """Asserts that a condition holds in the page."""
        assert self.js(condition), f"{condition}\n{self.body()}"


def open_morph(browser: Browser, moves: bool) -> Iterator[MorphPage]:
    """Yields a page whose browser has, or lacks, `moveBefore`."""
    with context_of(browser) as context:
        yield MorphPage(context.new_page(), bundle(), moves)


def document(body: str, head: str = "") -> str:
    """Returns a document with a body."""
    return f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}</body></html>"
