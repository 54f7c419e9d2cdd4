"""A Chromium of our own, driven over the DevTools protocol.

Not through Playwright: it turns the protocol's Network domain on, which costs the browser time for
each request and so favours whoever makes fewer. Here that is a choice.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import connect

from tests.chromium import CHROMIUM_ARGS

PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
BINDING = "__benchReport"


class BrowserError(Exception):
    """The browser did not start, or did not do what was asked."""


class NotShownError(BrowserError):
    """The page did not show in time what was waited for."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the probe in the page saw. Times are in milliseconds since the epoch.

    Args:
        value: the new text or colour of ``#out``.
        applied: when the document had it.
        painted: the animation frame after that.
        origin: when the navigation to this document began.
    """

    value: str
    applied: float
    painted: float
    origin: float


class Browser:
    """One headless Chromium with a fresh profile and one page.

    Args:
        executable: path of the browser.
        devtools: whether to have it report every request, as DevTools do while they are open.
    """

    def __init__(self, executable: Path, devtools: bool = False) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="hotreload-bench-"))
        self._process = subprocess.Popen(
            [
                str(executable),
                "--headless",
                *CHROMIUM_ARGS,
                "--remote-debugging-port=0",
                f"--user-data-dir={self._profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # What Debian installs is a shell script, which does not hand on a signal.
            start_new_session=True,
        )
        self._last_id = 0
        self._session: str | None = None
        self._reports: deque[Report] = deque()
        try:
            self._socket = connect(self._endpoint(), max_size=None, compression=None)
            targets = self.call("Target.getTargets")["targetInfos"]
            page = next(target["targetId"] for target in targets if target["type"] == "page")
            attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
            self._session = attached["sessionId"]
            self.call("Page.enable")
            if devtools:
                self.call("Network.enable")
            self.call("Runtime.enable")
            self.call("Runtime.addBinding", name=BINDING)
            self.call("Page.addScriptToEvaluateOnNewDocument", source=PROBE)
        except BaseException:
            self._end(signal.SIGKILL)
            self._remove_profile()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._end(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._end(signal.SIGKILL)
            self._process.wait()
        self._remove_profile()

    def call(self, method: str, **parameters: Any) -> Any:
        """Send one command, to the page once there is one, and return its result.

        Raises:
            BrowserError: the browser refused, or did not answer in time.
        """
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        deadline = time.monotonic() + 30
        while (answer := self._receive(deadline)).get("id") != self._last_id:
            pass
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def evaluate(self, script: str) -> Any:
        """The value of a script in the page, awaited."""
        result = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise BrowserError(f"{script}: {result['exceptionDetails']['text']}")
        return result["result"].get("value")

    def open(self, url: str) -> None:
        """Begin to load an address; does not wait."""
        self._reports.clear()
        self.call("Page.navigate", url=url)

    def reload(self) -> None:
        """Begin what F5 does; does not wait."""
        self._reports.clear()
        self.call("Page.reload")

    def wait_for(self, wanted: Callable[[str], bool], seconds: float) -> Report:
        """The first report, of those not yet read, whose value is wanted.

        Raises:
            NotShownError: none came in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            while self._reports:
                if wanted((report := self._reports.popleft()).value):
                    return report
            self._receive(deadline)

    def clock_skew(self) -> float:
        """How far the page's clock is ahead of ours, in ms: 0 where they can't be told apart."""
        rounds: list[tuple[float, float]] = []
        for _ in range(20):
            before = time.time() * 1000
            page = float(self.evaluate("performance.timeOrigin + performance.now()"))
            after = time.time() * 1000
            skew = max(0.0, page - after) - max(0.0, before - page)
            rounds.append((after - before, skew))
        return min(rounds)[1]

    def _receive(self, deadline: float) -> dict[str, Any]:
        try:
            text = self._socket.recv(timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            raise NotShownError("the page did not show in time what was waited for") from None
        message: dict[str, Any] = json.loads(text)
        if message.get("method") == "Runtime.bindingCalled":
            self._reports.append(Report(**json.loads(message["params"]["payload"])))
        return message

    def _end(self, how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)

    def _endpoint(self) -> str:
        said = self._profile / "DevToolsActivePort"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            lines = said.read_text("utf-8").split() if said.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.02)
        raise BrowserError("Chromium did not start")

    def _remove_profile(self) -> None:
        shutil.rmtree(self._profile, ignore_errors=True)
