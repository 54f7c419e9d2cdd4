"""What browser tests share: small pages, and facts about a page to wait for."""

from playwright.sync_api import Page, WebSocket

from tests.project import Project

# What a script assigns to, to be seen in `html()`.
SHOW = "document.getElementById('out').textContent"


def html(body: str = "", head: str = "", script: str = "main.js") -> str:
    """A page with one module script and what the test adds."""
    module = f'<script type="module" src="{script}"></script>' if script else ""
    return (
        "<!doctype html>\n<html><head><meta charset='utf-8'><title>Test</title>\n"
        f"{head}\n{module}</head>\n<body>{body}<p id='out'></p></body></html>\n"
    )


def runs(name: str) -> str:
    """A line that counts how often the module that holds it was run."""
    return f"globalThis.runs ??= {{}}; runs['{name}'] = (runs['{name}'] ?? 0) + 1;\n"


def run_counts(page: Page) -> dict[str, int]:
    counts: dict[str, int] = page.evaluate("globalThis.runs ?? {}")
    return counts


def mark(page: Page) -> None:
    """Leave something in the page that a reload would take away."""
    page.evaluate("globalThis.marked = true")


def open_marked(project: Project, page: Page, path: str = "") -> None:
    page.goto(project.url + path)
    mark(page)


def is_marked(page: Page) -> bool:
    return page.evaluate("globalThis.marked === true") is True


def console_of(page: Page) -> list[str]:
    """What the page says from now on, reloads included."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    return lines


def frames_of(page: Page) -> list[str]:
    """What the page is told over its sockets from now on, reloads included."""
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    page.on("websocket", listen)
    return frames


def search(page: Page, words: str) -> None:
    """Search as a user does in MkDocs: its theme listens to keys."""
    box = page.get_by_role("textbox", name="Search")
    box.click()
    box.fill("")
    box.press_sequentially(words)
