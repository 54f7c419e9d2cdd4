"""There is no address that does something, and none that tells what it should not."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.security.fort import Fort
from tests.security.wire import MODULE, NAVIGATION, request

EDITORS = [
    *("/__open-in-editor", "/__open-stack-frame-in-editor", "/open-url", "/__nextjs_launch-editor"),
    *("/webpack-dev-server/open-editor", "/@hotreload/open", "/@hotreload/open-in-editor"),
    *("/__file-code-frame", "/__nextjs_original-stack-frame", "/@hotreload/editor"),
]
INJECTED = [
    *("main.js", "main.js;touch {ran}", "$(touch {ran})", "`touch {ran}`", "main.js|touch {ran}"),
    *("main.js\ntouch {ran}", "main.js&touch {ran}", "-c :!touch {ran}", "--wait=touch {ran}"),
    *("\\\\127.0.0.1\\share", "{ran}"),
]
TELLING = [
    *("/@vite/env", "/__env", "/env", "/debug", "/console", "/?__debugger__=yes", "/__inspect/"),
    *(
        "/debug/pprof/",
        "/metrics",
        "/forcereload",
        "/__config",
        "/proc/self/environ",
        "/.well-known/",
    ),
    *(
        "/@hotreload/",
        "/@hotreload/config",
        "/@hotreload/env",
        "/@hotreload/modules",
        "/@hotreload",
    ),
    *(
        "/@hotreload/base/",
        "/@hotreload/base/%2e",
        "/webpack-dev-server",
        "/__webpack_hmr",
        "/json",
    ),
]


@pytest.mark.parametrize("address", EDITORS)
def test_nothing_opens_an_editor(fort: Fort, address: str) -> None:
    ran = fort.root.parent / "ran"
    for text in INJECTED:
        file = quote(text.format(ran=ran), safe="")
        for headers in ({"Sec-Fetch-Site": "cross-site"}, NAVIGATION, MODULE):
            for query in (f"file={file}", f"file={file}&editor=touch&--editor-path=touch"):
                answer = fort.send(request(f"{address}?{query}", headers, host=fort.host))
                assert answer.status in (403, 404)
    assert not ran.exists()


@pytest.mark.parametrize("target", TELLING)
def test_nothing_tells_of_the_process(fort: Fort, target: str) -> None:
    for headers in ({}, NAVIGATION, MODULE):
        answer = fort.send(request(target, headers, host=fort.host))
        home = os.environ.get("PATH", "no such thing")
        assert home.encode() not in answer.raw
        fort.keeps_secrets(answer)
        assert answer.status in (400, 404) or "page" in answer.text


def test_no_question_changes_anything(fort: Fort) -> None:
    """Asking twice gives the same, and nobody was told to reload meanwhile."""
    first = fort.ask("/@hotreload/status", MODULE)
    for target in ("/forcereload", "/@hotreload/reload", "/@hotreload/invalidate", "/__reload"):
        for method in ("GET", "POST", "PUT"):
            assert fort.ask(target, method=method).status in (404, 405)
    assert fort.ask("/@hotreload/status", MODULE).body == first.body
    assert "reload" not in fort.project.output.replace("hotreload", "")


def test_the_state_file_is_its_owner_s(fort: Fort) -> None:
    (state,) = (fort.root.parent / "state").glob("*.json")
    assert state.stat().st_mode & 0o077 == 0
    assert state.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "line",
    [
        *('host = "0.0.0.0"', 'allow_host = ["evil.example"]', 'allow = ["*.py"]'),
        *('cors_origin = ["http://evil.example"]', 'mount = ["/out=.."]', 'dir = ".."'),
    ],
)
def test_a_project_s_own_files_can_not_open_it_to_others(tmp_path: Path, line: str) -> None:
    """Its configuration is data, and what would weaken it is refused."""
    (tmp_path / "hotreload.toml").write_text(line + "\n")
    done = serve(tmp_path)
    assert done.returncode == 2
    assert line.split(" ")[0] in done.stderr
    assert "flag" in done.stderr or "argument" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--allow-host", "http://app.test"], ["--allow-host", "app.test:8000"]),
        *(["--cors-origin", "*"], ["--cors-origin", "null"], ["--cors-origin", "evil.example"]),
        *(["--cors-origin", "http://evil.example/"], ["--cors-origin", "http://*.example"]),
    ],
    ids=" ".join,
)
def test_an_allowance_is_exact(tmp_path: Path, arguments: list[str]) -> None:
    done = serve(tmp_path, *arguments)
    assert done.returncode == 2
    assert repr(arguments[1]) in done.stderr
    assert len(done.stderr.splitlines()) == 1


def serve(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that should fail at once."""
    return subprocess.run(
        [sys.executable, "-m", "hotreload", "serve", *arguments],
        cwd=folder,
        env={**os.environ, "HOTRELOAD_STATE_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
