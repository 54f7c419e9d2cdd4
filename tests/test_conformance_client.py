"""A client that knows the documentation and nothing else keeps up, over either transport."""

import json
import re
import signal
from html import unescape
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx
import pytest

from tests.client import Client
from tests.lines import LINES, SECONDS, Line, by_stream, token_of
from tests.project import Project

FILES = {
    "index.html": '<!doctype html><head><link rel="stylesheet" href="a.css">'
    '<script type="module" src="main.js"></script></head>one',
    "main.js": "import './dep.js';\nimport.meta.hot.accept();\n",
    "dep.js": "export const a = 1;\n",
    "a.css": "body { color: red }",
}


def get(url: str, **headers: str) -> tuple[str, str]:
    """An answer's text, and the hash that came with it."""
    request = Request(url, headers={name.replace("_", "-"): v for name, v in headers.items()})
    with urlopen(request, timeout=SECONDS) as answer:
        timing = answer.headers.get("server-timing", "")
        return answer.read().decode(), timing.removeprefix('hotreload;desc="').removesuffix('"')


def load(project: Project) -> Client:
    """The page, its scripts and its stylesheet, as a browser asks for them."""
    page, _ = get(project.url, accept="text/html")
    block = re.compile(r"<(script|meta)[^>]*data-hotreload[^>]*>(?:[^<]*</script>)?")
    meta = re.search(r'<meta name="hotreload" content="([^"]*)"', page)
    assert meta is not None
    modules = {}
    for path in ("main.js", "dep.js"):
        text, _ = get(project.url + path, sec_fetch_mode="cors", sec_fetch_dest="script")
        told = re.search(r'__hr\(import\.meta,"([^"]*)","([^"]*)","([^"]*)"', text)
        assert told is not None
        modules[told[1]] = (told[2], told[3], text)
    css, digest = get(f"{project.url}a.css", sec_fetch_dest="style")
    return Client(
        json.loads(unescape(meta[1])), block.sub("", page), modules, {"/a.css": (digest, css)}
    )


def sync(client: Client, line: Line, name: str) -> None:
    """Answer the server until it says that all is there."""
    line.send(json.dumps({"type": "sync", "id": name}))
    while name not in client.synced:
        for answer in client.take(line.receive()):
            line.send(answer)


def agrees(client: Client, project: Project) -> None:
    fresh = load(project)
    assert client.html == fresh.html
    assert client.styles == fresh.styles
    held = {path: digest for path, (digest, _, _) in client.modules.items()}
    assert held == {path: digest for path, (digest, _, _) in fresh.modules.items()}
    assert client.reloads == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", LINES)
def test_a_client_made_from_the_documentation_keeps_up(project: Project, kind: str) -> None:
    project.write(FILES).start()
    client = load(project)
    with LINES[kind](project) as line:
        line.send(client.hello())
        project.edit("dep.js", "1", "2")
        sync(client, line, "module")
        assert "const a = 2" in client.modules["/dep.js"][2]
        project.edit("a.css", "red", "blue")
        project.edit("index.html", "one", "two")
        sync(client, line, "style and page")
        agrees(client, project)
        project.edit("dep.js", "2", "=")
        sync(client, line, "broken")
        assert [problem["owner"] for problem in client.problems] == ["/dep.js"]
        project.edit("dep.js", "= =", "= 3")
        sync(client, line, "mended")
        assert client.problems == []
        agrees(client, project)
    project.stop(signal.SIGKILL)
    project.edit("main.js", "accept()", "accept(() => {})")
    project.edit("a.css", "blue", "green")
    project.start()
    with LINES[kind](project) as line:
        line.send(client.hello())
        sync(client, line, "after a restart")
        agrees(client, project)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"x-hotreload-token": "wrong"}, 403),
        ({"x-hotreload-token": "", "origin": "http://evil.example"}, 403),
        ({"x-hotreload-token": "right", "origin": "http://evil.example"}, 403),
        ({"x-hotreload-token": "right", "origin": "null"}, 403),
        ({"x-hotreload-token": "right", "sec-fetch-site": "cross-site"}, 403),
        ({"x-hotreload-token": "right", "sec-fetch-site": "same-site"}, 403),
        ({"x-hotreload-token": "right", "host": "evil.example"}, 403),
        ({"x-hotreload-token": "right"}, 410),
        ({"x-hotreload-token": "right", "x-hotreload-stream": "guessed"}, 410),
    ],
)
def test_a_stranger_can_neither_listen_nor_speak(
    project: Project, headers: dict[str, str], status: int
) -> None:
    project.write(FILES).start()
    if headers.get("x-hotreload-token") == "right":
        headers = {**headers, "x-hotreload-token": token_of(project)}
    for name in ("frames", "stream") if status == 403 else ("frames",):
        url = f"{project.url}@hotreload/{name}"
        answer = httpx.post(url, headers=headers, content="{}", trust_env=False)
        assert answer.status_code == status
        assert httpx.get(url, headers=headers, trust_env=False).status_code in (403, 404, 405)
    assert "Traceback" not in project.output


def test_a_frame_that_is_too_long_is_not_taken(project: Project) -> None:
    project.write(FILES).start()
    with pytest.raises((HTTPError, httpx.HTTPError, AssertionError)), by_stream(project) as line:
        line.send("x" * 3_000_000)
    assert "Traceback" not in project.output
