"""Documents without an address of their own are pages, too: frames by `srcdoc` and `blob:`."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, html, is_marked, mark
from tests.browser.wait import wait_until
from tests.project import Project

INNER = "<p id=out></p><script type=module src={origin}/inner.js><\\/script>"
# A frame's HTML, and how the page around makes the frame of it.
MAKE = {
    "srcdoc": "frame.srcdoc = text;",
    "blob:": "frame.src = URL.createObjectURL(new Blob([text], { type: 'text/html' }));",
    "a blob: that is gone": (
        "const url = URL.createObjectURL(new Blob([text], { type: 'text/html' }));"
        "frame.onload = () => URL.revokeObjectURL(url); frame.src = url;"
    ),
    "written": (
        "document.body.append(frame); frame.contentDocument.write(text);"
        "frame.contentDocument.close();"
    ),
}


def outer(how: str) -> str:
    script = (
        "const frame = document.createElement('iframe'); frame.id = 'frame';\n"
        f"const text = `{INNER}`.replace('{{origin}}', location.origin);\n"
        f"{MAKE[how]}\nif (!frame.isConnected) document.body.append(frame);"
    )
    return html(f"<input id='in'><script>{script}</script>", script="")


@pytest.mark.parametrize("how", MAKE)
def test_a_frame_takes_its_updates(project: Project, page: Page, how: str) -> None:
    said = console_of(page)
    word = "export default 'one';"
    accepts = f"import word from './word.js';\n{SHOW} = word;\nimport.meta.hot.accept();\n"
    project.write({"index.html": outer(how), "inner.js": accepts, "word.js": word})
    project.write({"404.html": html("<h1>404</h1>", script="")}).start()
    page.goto(project.url)
    frame = page.frame_locator("#frame")
    expect(frame.locator("#out")).to_have_text("one")
    wait_until(page, lambda: sum("connected" in line for line in said) == 2)
    mark(page)
    out = frame.locator("#out").element_handle()
    assert out is not None
    project.edit("word.js", "one", "two")
    expect(frame.locator("#out")).to_have_text("two")
    # The pages around, and those that answer what is not there, are none of its business.
    project.edit("404.html", "404", "405")
    project.edit("index.html", "id='in'", "id='in' title='t'")
    expect(page.locator("#in")).to_have_attribute("title", "t")
    project.edit("inner.js", "= word", "= word + '!'")
    expect(frame.locator("#out")).to_have_text("two!")
    assert out.evaluate("out => out.isConnected")
    project.edit("word.js", "'two'", "'two")
    expect(frame.locator("hotreload-overlay")).to_contain_text("/word.js:1:")
    project.edit("word.js", "'two", "'three'")
    expect(frame.locator("#out")).to_have_text("three!")
    project.stop()
    project.edit("word.js", "three", "four")
    project.start()
    expect(frame.locator("#out")).to_have_text("four!")
    assert out.evaluate("out => out.isConnected")
    assert is_marked(page)
    assert "is not a URL path" not in project.output


@pytest.mark.parametrize("how", MAKE)
def test_a_frame_that_accepts_nothing_is_loaded_anew(
    project: Project, page: Page, how: str
) -> None:
    said = console_of(page)
    project.write({"index.html": outer(how), "inner.js": f"{SHOW} = 'one';\n"}).start()
    page.goto(project.url)
    frame = page.frame_locator("#frame")
    expect(frame.locator("#out")).to_have_text("one")
    wait_until(page, lambda: sum("connected" in line for line in said) == 2)
    mark(page)
    for before, after in (("one", "two"), ("two", "three")):
        project.edit("inner.js", before, after)
        expect(frame.locator("#out")).to_have_text(after)
        wait_until(page, lambda: sum("connected" in line for line in said) >= 3)
    assert any("no module accepts the change of /inner.js" in line for line in said)
    assert is_marked(page) is (how == "srcdoc")
