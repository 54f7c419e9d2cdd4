"""A stock Firefox for Playwright, which speaks WebDriver BiDi to it.

Playwright sends commands that Firefox ESR 153 does not know, whatever the options. So what it
starts is `python -m tests.firefox`: Firefox, and a relay before its socket that answers those.
"""

import asyncio
import json
import re
import shlex
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

MISSING = (
    "No Firefox found: install one (Debian: apt-get install firefox-esr), "
    "or leave out --engine firefox."
)

_NAMES = ("firefox-esr", "firefox")
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# How pages look is none of the tests' business.
_ANSWERED_HERE = frozenset({"emulation.setMediaFeaturesOverride"})


def find_firefox() -> Path | None:
    """The Firefox on PATH, or None."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found is not None else None


def write_launcher(folder: Path, firefox: Path) -> Path:
    """An executable for Playwright's ``executable_path``.

    Args:
        folder: where to write it.
        firefox: what it starts.
    """
    launcher = folder / "firefox"
    root = Path(__file__).parent.parent
    command = shlex.join([sys.executable, "-m", "tests.firefox", str(firefox)])
    launcher.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(root))} exec {command} "$@"\n')
    launcher.chmod(0o755)
    return launcher


async def run(command: list[str]) -> int:
    """Firefox until it ends, with the relay before it; returns its exit status."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, firefox.terminate)
    assert firefox.stderr is not None
    url = ""

    async def relay(driver: ServerConnection) -> None:
        assert driver.request is not None
        async with connect(url + driver.request.path, max_size=None, compression=None) as browser:
            await asyncio.gather(_down(driver, browser), _up(driver, browser))

    async with serve(relay, "127.0.0.1", 0, max_size=None, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        while line := (await firefox.stderr.readline()).decode(errors="replace"):
            if found := _LISTENING.search(line):
                url = found[1]
                line = line.replace(url, f"ws://127.0.0.1:{port}")
            sys.stderr.write(line)
            sys.stderr.flush()
        return await firefox.wait()


async def _down(driver: ServerConnection, browser: ClientConnection) -> None:
    with suppress(ConnectionClosed):  # the browser has ended
        async for frame in driver:
            message = json.loads(frame)
            if message["method"] in _ANSWERED_HERE:
                answer = {"type": "success", "id": message["id"], "result": {}}
                await driver.send(json.dumps(answer))
            else:
                await browser.send(frame)
    await browser.close()


async def _up(driver: ServerConnection, browser: ClientConnection) -> None:
    with suppress(ConnectionClosed):  # the driver has
        async for frame in browser:
            await driver.send(frame)
    await driver.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1:])))
