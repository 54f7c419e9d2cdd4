"""The recipes of docs/asgi.md, with the frameworks themselves."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.appproject import FILES, AppProject
from tests.browser.edits import edit_each_kind
from tests.browser.site import is_marked, mark

EXAMPLE = Path(__file__).parents[2] / "examples" / "starlette-app"
DOCS = Path(__file__).parents[2] / "docs" / "asgi.md"
RECIPES = dict(re.findall(r"^##+ (\w+)\n.*?```python\n(.*?)```", DOCS.read_text(), re.M | re.S))
FRAMEWORKS = ["Starlette", "FastAPI", "Litestar", "Quart", "Django", "Flask"]


def test_every_framework_has_a_recipe() -> None:
    assert [name for name in RECIPES if name in FRAMEWORKS] == FRAMEWORKS


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_recipe_works(page: Page, app_project: AppProject, framework: str) -> None:
    app_project.write({**FILES, "app.py": RECIPES[framework]}).start()
    with page.expect_console_message(lambda message: "connected" in message.text):
        page.goto(app_project.url)
    mark(page)
    expect(page.locator("#who")).to_have_text(framework)
    page.locator("#name").fill("what I wrote")

    edit_each_kind(app_project, page)

    app_project.edit("templates/home.html", "{{ who }}", "{% nonsense %}")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("nonsense")
    app_project.edit("templates/home.html", "{% nonsense %}", "{{ who }}!")
    expect(page.locator("#who")).to_have_text(f"{framework}!")
    expect(overlay).to_have_count(0)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    # By the signal, as uvicorn does it, and at once.
    assert app_project.stop() in (0, -15)


def test_the_example_app(page: Page, app_project: AppProject) -> None:
    shutil.copytree(EXAMPLE, app_project.root, dirs_exist_ok=True)
    app_project.start()
    with page.expect_console_message(lambda message: "connected" in message.text):
        page.goto(app_project.url)
    page.locator("input").fill("Grace")
    page.locator("button").click()
    expect(page.locator("li").last).to_have_text("Grace was here")
    mark(page)
    page.locator("input").fill("not sent yet")
    app_project.edit("templates/home.html", "<h1>Guest book", "<h1>Golden book")
    expect(page.locator("body h1")).to_have_text("Golden book")
    app_project.edit("static/clock.js", "You have been here", "Here")
    expect(page.locator("#clock")).to_contain_text("Here for")
    app_project.edit("static/style.css", "#7a3e9d", "rgb(1, 2, 3)")
    expect(page.locator("body h1")).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.locator("input")).to_have_value("not sent yet")
    assert is_marked(page)
