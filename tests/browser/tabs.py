"""A Chromium with real tabs, of which one is seen and the others are hidden.

Playwright lets every page believe that it is seen and has the focus. So this one is driven by what
Playwright itself is built upon, the Chrome DevTools Protocol.
"""

import itertools
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.browser.wait import SECONDS
from tests.chromium import CHROMIUM_ARGS


@dataclass
class Tabs:
    """The tabs of one window."""

    socket: Connection
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def send(self, method: str, session: str | None = None, **parameters: object) -> Any:
        """The result of a command."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while (answer := json.loads(self.socket.recv(SECONDS))).get("id") != number:
            pass
        assert "result" in answer, answer
        return answer["result"]

    def open(self, url: str) -> "Tab":
        """A new tab, which is seen from now on."""
        target = self.send("Target.createTarget", url=url)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Tab(self, target, session)


@dataclass
class Tab:
    tabs: Tabs
    target: str
    session: str

    def show(self) -> None:
        self.tabs.send("Target.activateTarget", targetId=self.target)

    def evaluate(self, expression: str) -> Any:
        answer = self.tabs.send("Runtime.evaluate", self.session, expression=expression)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until something is so in the page."""
        deadline = time.monotonic() + SECONDS
        while not self.evaluate(expression):
            assert time.monotonic() < deadline, f"{expression} did not come true"
            time.sleep(0.01)


@contextmanager
def tabs_of(chromium: Path, profile: Path) -> Iterator[Tabs]:
    """A browser that ends with the test.

    Args:
        chromium: its program.
        profile: a folder for what it keeps.
    """
    command = [str(chromium), *CHROMIUM_ARGS, "--headless", "--remote-debugging-port=0"]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        address = next(filter(None, (re.search(r"ws://\S+", line) for line in process.stderr)))
        with connect(address[0], max_size=None) as socket:
            yield Tabs(socket)
    finally:
        process.terminate()
        process.wait(SECONDS)
        if process.stderr is not None:
            process.stderr.close()
