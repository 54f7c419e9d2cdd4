"""A stylesheet that is edited in an open page is what a fresh one of its text would be.

``--fuzz-steps`` and ``--fuzz-seed`` as for the trees.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.test_trees import bundled

SHEETS = (Path(__file__).parent / "random_sheets.js").read_text("utf-8").rstrip().rstrip(";")
ENTRY = """
export { setSource } from './src/styles/style-element.ts';
export { applyText, noteText } from './src/styles/sheet-text.ts';
"""


def test_random_sheets_become_their_source(page: Page, request: pytest.FixtureRequest) -> None:
    options = {
        "seed": request.config.getoption("--fuzz-seed"),
        "steps": request.config.getoption("--fuzz-steps"),
    }
    print(f"seed {options['seed']}, {options['steps']} steps")
    page.evaluate("(code) => { globalThis.BUNDLE = code }", bundled(ENTRY, "Sheets"))
    counts = page.evaluate(SHEETS, options)
    assert "failed" not in counts, json.dumps(counts["failed"], indent=1)
    assert counts["differing"] > options["steps"], counts
