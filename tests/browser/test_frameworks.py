"""The recipes of docs/frameworks.md, with the packages as npm has them and no bundler."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, open_marked
from tests.browser.wait import sync
from tests.packages import node_modules
from tests.project import Project

RECIPES = Path(__file__).parents[2] / "examples/frameworks"


@pytest.fixture(scope="session")
def packages() -> Path:
    return node_modules()


def open_recipe(
    name: str, project: Project, packages: Path, page: Page, *arguments: str, path: str = ""
) -> None:
    shutil.copytree(RECIPES / name, project.root, dirs_exist_ok=True)
    project.start("--mount", f"/node_modules={packages}", *arguments)
    open_marked(project, page, path)


def test_preact(project: Project, packages: Path, page: Page) -> None:
    open_recipe("preact", project, packages, page)
    a_component_is_replaced(project, page)


def test_react(project: Project, packages: Path, page: Page) -> None:
    open_recipe("react", project, packages, page)
    a_component_is_replaced(project, page)


REACT_TSX = """import { useState } from 'react';
import { refreshable } from './refresh.js';

export const Counter = refreshable(import.meta.hot, 'Counter', ({ step }: { step: number }) => {
  const [count, setCount] = useState<number>(0);
  return <button onClick={() => setCount(count + step)}>Count: {count}</button>;
});

import.meta.hot?.accept();
"""
REACT_MAIN = """import { createRoot } from 'react-dom/client';
import { Counter } from './counter.tsx';

createRoot(document.querySelector('main')!).render(<Counter step={1} />);
"""


def test_react_in_tsx(project: Project, packages: Path, page: Page) -> None:
    body = html("<main></main>", script="main.tsx")
    project.write({"tsx.html": body, "main.tsx": REACT_MAIN, "counter.tsx": REACT_TSX})
    open_recipe("react", project, packages, page, path="tsx.html")
    a_component_is_replaced(project, page, "counter.tsx", "{word}")


def test_react_by_preact(project: Project, packages: Path, page: Page) -> None:
    open_recipe("react", project, packages, page, path="compat.html")
    a_component_is_replaced(project, page)


def a_component_is_replaced(
    project: Project, page: Page, file: str = "counter.js", word: str = "${word}"
) -> None:
    button = page.get_by_role("button")
    button.click()
    expect(button).to_have_text("Count: 1")
    project.edit(file, "Count:", "Sum:")
    expect(button).to_have_text("Sum: 1")
    button.click()
    expect(button).to_have_text("Sum: 2")
    # With another hook what was held can't be kept.
    project.edit(file, "const [count", "const [word] = useState('Total');\n  const [count")
    project.edit(file, "Sum:", f"{word}:")
    expect(button).to_have_text("Total: 0")
    assert is_marked(page)


def test_lit_and_plain_elements(project: Project, packages: Path, page: Page) -> None:
    open_recipe("lit", project, packages, page)
    button = page.locator("lit-counter button")
    button.click()
    expect(button).to_have_text("Lit: 1")
    project.edit("lit-counter.js", "Lit:", "Light:")
    expect(button).to_have_text("Light: 1")
    project.edit("lit-counter.js", "rgb(1, 2, 3)", "rgb(4, 5, 6)")
    expect(button).to_have_css("color", "rgb(4, 5, 6)")
    project.edit("lit-counter.js", "this.count++", "(this.count += 10)")
    sync(page)
    expect(button).to_have_text("Light: 1")
    button.click()
    expect(button).to_have_text("Light: 11")
    plain = page.locator("plain-counter").first
    plain.click()
    expect(plain).to_have_text("Plain: 1")
    project.edit("plain-counter.js", "Plain:", "Simple:")
    expect(plain).to_have_text("Simple: 1")
    # Those made from now on are of the new class, however they are made.
    page.evaluate(
        """() => {
            const Simple = customElements.get('plain-counter');
            document.body.append(new Simple(), document.createElement('plain-counter'));
        }"""
    )
    for index in (1, 2):
        expect(page.locator("plain-counter").nth(index)).to_have_text("Simple: 0")
    assert page.evaluate(
        "document.querySelector('plain-counter') instanceof customElements.get('plain-counter')"
    )
    assert is_marked(page)
    # What instances can't be given is a reload.
    with page.expect_navigation():
        project.edit("plain-counter.js", "count = 0;", "count = 0;\n  #hidden = 1;")
    expect(plain).to_have_text("Simple: 0")


def test_vue(project: Project, packages: Path, page: Page) -> None:
    open_recipe("vue", project, packages, page)
    button = page.get_by_role("button")
    button.click()
    expect(button).to_have_text("Count: 1")
    project.edit("counter.js", "Count:", "Sum:")
    expect(button).to_have_text("Sum: 1")
    button.click()
    expect(button).to_have_text("Sum: 2")
    # With other logic the component starts anew.
    project.edit("counter.js", "ref(0)", "ref(10)")
    expect(button).to_have_text("Sum: 10")
    assert is_marked(page)


def test_alpine(project: Project, packages: Path, page: Page) -> None:
    open_recipe("alpine", project, packages, page)
    button = page.get_by_role("button")
    button.click()
    expect(button).to_have_text("Count: 1")
    project.edit("index.html", "<h1>Alpine</h1>", "<h1>Alpine still</h1>")
    expect(page.locator("h1")).to_have_text("Alpine still")
    project.edit("index.html", "Clicked", "Clicked so often")
    expect(page.get_by_text("Clicked so often")).to_be_visible()
    expect(button).to_have_text("Count: 1")
    button.click()
    expect(button).to_have_text("Count: 2")
    assert is_marked(page)


def test_htmx(project: Project, packages: Path, page: Page) -> None:
    open_recipe("htmx", project, packages, page)
    page.get_by_role("button").click()
    field = page.locator("#here input")
    field.fill("kept")
    project.edit("index.html", "<h1>htmx</h1>", "<h1>htmx still</h1>")
    expect(page.locator("h1")).to_have_text("htmx still")
    expect(field).to_have_value("kept")
    project.edit("index.html", ">Load<", ">Load again<")
    page.get_by_text("Load again").click()
    expect(field).to_have_value("")
    assert is_marked(page)
