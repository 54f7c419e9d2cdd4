"""The terminal: what is said to people, to pipes and to tools, and the keys."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.project import Project, free_port

SECONDS = 20.0
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A server in a terminal of its own, and someone who types there."""

    # The terminal is the one that the process is controlled from: Ctrl+C there interrupts it.
    controls = True

    def __init__(self, root: Path, *arguments: str, **environment: str) -> None:
        self.port = free_port()
        self.text = ""
        self._read_until = 0
        ours, theirs = pty.openpty()
        self.ours = ours
        self.before = termios.tcgetattr(ours)
        command = [sys.executable, "-m", "hotreload", "serve", str(root), "--port", str(self.port)]
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**kept, "TERM": "xterm", **environment},
            start_new_session=True,
            # So that the terminal is theirs: keys are only read by who is in front.
            preexec_fn=self._take if self.controls else None,
        )
        os.close(theirs)

    @staticmethod
    def _take() -> None:
        os.close(os.open(os.ttyname(0), os.O_RDWR))

    @property
    def plain(self) -> str:
        return _CONTROL.sub("", self.text)

    def until(self, text: str) -> None:
        """Wait until something is shown that was not shown when this was last called."""
        deadline = time.monotonic() + SECONDS
        while (at := self.plain.find(text, self._read_until)) < 0:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self.ours], [], [], max(0.0, left))
            assert ready, f"{text!r} was not shown, but: {self.plain}"
            with suppress(OSError):
                self.text += os.read(self.ours, 65536).decode("utf-8", "replace")
        self._read_until = at + len(text)

    def press(self, key: str) -> None:
        os.write(self.ours, key.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self.ours)


class OtherTerminal(Terminal):
    """One that is only handed over, as some tools do."""

    controls = False


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    root = tmp_path / "site"
    root.mkdir()
    (root / "index.html").write_text("<!doctype html><title>Home</title>")
    return root


@pytest.fixture
def terminal(site: Path) -> Iterator[Terminal]:
    terminal = Terminal(site)
    terminal.until(f"http://127.0.0.1:{terminal.port}/")
    terminal.until("press h")
    yield terminal
    terminal.close()


def test_keys_help_list_urls_and_quit(terminal: Terminal) -> None:
    terminal.press("h")
    terminal.until("reload every page")
    terminal.press("U")
    terminal.until(f"local    http://127.0.0.1:{terminal.port}/")
    terminal.press("x")
    terminal.press("q")
    assert terminal.process.wait(10) == 0
    assert termios.tcgetattr(terminal.ours) == terminal.before


def test_keys_work_where_no_terminal_controls_the_process(site: Path) -> None:
    terminal = OtherTerminal(site)
    try:
        terminal.until("press h")
        terminal.press("q")
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_however_it_ends_the_terminal_is_as_it_was(terminal: Terminal, how: signal.Signals) -> None:
    assert termios.tcgetattr(terminal.ours) != terminal.before
    terminal.process.send_signal(how)
    terminal.process.wait(10)
    assert termios.tcgetattr(terminal.ours) == terminal.before


def test_a_terminal_has_colours_unless_they_are_not_wanted(site: Path) -> None:
    for environment, coloured in (
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ):
        terminal = Terminal(site, **environment)
        try:
            terminal.until("hotreload serves")
            terminal.until("press h")
            assert ("\x1b[" in terminal.text) is coloured, environment
        finally:
            terminal.close()


def test_a_server_for_others_shows_where_with_a_code_for_phones(site: Path) -> None:
    terminal = Terminal(site, "--host", "127.0.0.2")
    try:
        terminal.until("http://127.0.0.2:")
        terminal.until("press h")
        assert "▄" not in terminal.text
    finally:
        terminal.close()
    terminal = Terminal(site, "--host", "0.0.0.0")
    try:
        terminal.until("everyone on this network")
    finally:
        terminal.close()


def test_what_is_piped_is_plain(project: Project) -> None:
    project.write({"index.html": "<!doctype html><title>Home</title>"}).start()
    assert re.search(r"^hotreload serves \S+ at http://\S+/$", project.output, re.M)
    assert "\x1b" not in project.output
    assert "press h" not in project.output


def test_tools_get_one_json_object_a_line(project: Project) -> None:
    project.write({"index.html": '<script type="module" src="a.js"></script>', "a.js": "let = 1;"})
    project.start("--json")
    said = [json.loads(line) for line in project.output.splitlines()]
    ready = next(fact for fact in said if fact["kind"] == "ready")
    assert ready["url"] == project.url
    assert ready["network"] == []
    assert isinstance(ready["time"], float)


def test_a_long_build_shows_its_time_and_what_it_prints(site: Path) -> None:
    source, go_on = site.parent / "source", site.parent / "go-on"
    source.mkdir()
    command = f"echo beginning; until [ -e {go_on} ]; do sleep 0.1; done"
    terminal = Terminal(site, "--watch", str(source), "--build", command)
    try:
        terminal.until("press h")
        (source / "a.txt").write_text("new")
        terminal.until("building")
        terminal.until("beginning")
        terminal.until("0:00:01")
        go_on.touch()
        terminal.until("built in")
        terminal.press("q")
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()
