"""The runtime's tree of a page is a navigation's, and so is what an edit makes of an open page.

``--trees all`` takes every document instead of some, and prints how other parsers do;
``--fuzz-steps`` takes more steps, ``--fuzz-seed`` other ones.
"""

from __future__ import annotations

import json
import random
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.morph_harness import RUNTIME
from tests.contexts import context_of
from tests.html5lib import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

TREES = (Path(__file__).parent / "trees.js").read_text("utf-8")
# Frames with blob: addresses inherit it: no script of a document runs, and yet it is parsed as one
# whose scripts do.
POLICY = "default-src 'none'; script-src 'unsafe-eval'; style-src 'unsafe-inline'; frame-src blob:"
ENTRY = """
export { parse } from './src/page/parse.ts';
export { PageMorph } from './src/morph/index.ts';
export { shadowTemplate } from './src/morph/nodes.ts';
"""


@cache
def bundled(entry: str, name: str) -> str:
    """What an entry exports, as a script that defines it under a name."""
    options = ["--bundle", "--format=iife", f"--global-name={name}", "--log-level=error"]
    done = subprocess.run(
        [str(RUNTIME / "node_modules/.bin/esbuild"), *options],
        cwd=RUNTIME,
        input=entry,
        check=True,
        capture_output=True,
        text=True,
    )
    # A strict script's variables stay in the call of eval.
    return done.stdout.replace(f"var {name} =", f"globalThis.{name} =", 1)


@pytest.fixture
def trees(browser: Browser) -> Iterator[Page]:
    def answer(route: Route) -> None:
        headers = {"content-type": "text/html", "content-security-policy": POLICY}
        route.fulfill(headers=headers, body="<!doctype html><body>")

    with context_of(browser) as context:
        page = context.new_page()
        page.route("**/*", answer)
        page.goto("http://trees.test/")
        page.evaluate(f"() => {{ {bundled(ENTRY, 'Trees')} }}")
        page.evaluate(f"() => {{ globalThis.trees = {TREES} }}")
        yield page


def test_documents_are_parsed_as_by_a_navigation(
    trees: Page, request: pytest.FixtureRequest
) -> None:
    seed = request.config.getoption("--fuzz-seed")
    found, parsers = documents(), ["ours"]
    if request.config.getoption("--trees") == "all":
        parsers = trees.evaluate("trees.parsers")
    else:
        found = random.Random(seed).sample(found, 150)
    print(f"seed {seed}: {len(found)} documents")
    wrong: dict[str, list[Any]] = trees.evaluate(
        "([found, parsers]) => trees.compare(found, parsers)", [found, parsers]
    )
    for name, cases in wrong.items():
        print(f"{name}: {len(cases)} of {len(found)} are other trees")
        for case in cases[:5] if name == "ours" else []:
            print(case["html"], case["tree"], case["found"], sep="\n----\n")
    assert wrong["ours"] == []


def test_edits_give_the_tree_of_a_navigation(trees: Page, request: pytest.FixtureRequest) -> None:
    options = {
        "documents": documents(),
        "bundle": bundled(ENTRY, "Trees"),
        "seed": request.config.getoption("--fuzz-seed"),
        "steps": request.config.getoption("--fuzz-steps"),
    }
    print(f"seed {options['seed']}, {options['steps']} steps")
    counts = trees.evaluate("(options) => trees.walk(options)", options)
    assert "failed" not in counts, json.dumps(counts["failed"], indent=1)
    assert counts["applied"] > options["steps"] / 2, counts
