"""A page as its browser loads it, request by request; then it is a client of the protocol."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.asgi_client import NAVIGATION, Answer
from tests.client import Client

Ask = Callable[[str, dict[str, str]], Answer]

_BIRTH = re.compile(r'<meta name="hotreload" content="([^"]*)"')
_BLOCK = re.compile(r"<(?:meta|script)[^>]*data-hotreload=\"\"[^>]*>(?:</script>)?")
_REGISTER = re.compile(r'__hr\(import\.meta,"([^"]+)","([^"]+)","([^"]*)"\)')
_IMPORT = re.compile(r"import \{ x as \w+ \} from [\"']([^\"']+)[\"']")
_SOURCE = re.compile(r'hotreload;desc="([^"]*)"')
_SAME = {"host": "localhost", "sec-fetch-site": "same-origin"}
_SCRIPT = {**_SAME, "sec-fetch-dest": "script", "sec-fetch-mode": "cors"}
_STYLE = {**_SAME, "sec-fetch-dest": "style", "sec-fetch-mode": "no-cors"}
_DATA = {**_SAME, "sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}


@dataclass
class _Module:
    """A module's answer: its path, hash and version as it says them, its text and its imports."""

    path: str = ""
    hash: str = ""
    v: str = ""
    text: str = ""
    imports: tuple[str, ...] = ()

    @property
    def exports(self) -> bool:
        return "export const x" in self.text


@dataclass
class Loading:
    """A page on its way.

    Args:
        ask: asks the server for an address.
    """

    ask: Ask
    _birth: dict[str, Any] = field(default_factory=dict)
    _html: str | None = None
    _styles: dict[str, tuple[str, str]] = field(default_factory=dict)
    _data: dict[str, str] = field(default_factory=dict)
    _answers: dict[str, _Module] = field(default_factory=dict)
    _roots: tuple[str, ...] = ()
    _queue: list[str] = field(default_factory=list)

    def go_on(self) -> bool:
        """Ask for the next thing; False where nothing is missing any more."""
        if self._html is None:
            self._open(self.ask("/", NAVIGATION))
        elif self._queue:
            self._load(self._queue.pop(0))
        return bool(self._queue)

    def _open(self, answer: Answer) -> None:
        text = answer.body.decode()
        found = _BIRTH.search(text)
        assert found is not None, text
        self._birth = json.loads(html.unescape(found[1]))
        self._html = _BLOCK.sub("", text)
        if not self._birth["hash"]:
            return
        styles = re.findall(r"stylesheet href=([^>]+)>", text)
        self._roots = tuple(f"/{name}" for name in re.findall(r"type=module src=([^>]+)>", text))
        self._queue = [*(f"/{name}" for name in styles), *self._roots, "/data.txt"]

    def _load(self, url: str) -> None:
        kind = url.partition("?")[0].rpartition(".")[2]
        answer = self.ask(url, {"css": _STYLE, "txt": _DATA}.get(kind, _SCRIPT))
        assert answer.status in (200, 404, 500, 503), answer.status
        text = answer.body.decode()
        source = _SOURCE.search(answer.headers.get("server-timing", ""))
        digest = source[1] if source is not None else "?"
        if kind == "css":
            self._styles[url] = (digest, text if answer.status == 200 else "")
        elif kind == "txt":
            self._data[url] = digest
        elif answer.status != 200:
            self._answers[url] = _Module()
        else:
            said = _REGISTER.search(text)
            assert said is not None, text
            module = _Module(said[1], said[2], said[3], text, tuple(_IMPORT.findall(text)))
            self._answers[url] = module
            known = {*self._answers, *self._queue}
            self._queue += [each for each in module.imports if each not in known]

    def finish(self) -> "OpenPage":
        """The page, when all of it has run that can."""
        assert self._html is not None
        modules: dict[str, tuple[str, str, str]] = {}
        failed = []
        for root in self._roots:
            closure = self._closure(root)
            if closure is None:
                failed.append(root)
            else:
                modules.update({m.path: (m.hash, m.v, m.text) for m in closure})
        return OpenPage(
            self._birth, self._html, modules, self._styles, failed=failed, fetched=self._data
        )

    def _closure(self, root: str) -> list[_Module] | None:
        """All that a script imports; None where a browser can't link it."""
        queue = [root]
        for url in queue:
            module = self._answers[url]
            if not module.path:
                return None
            for imported in module.imports:
                if not self._answers[imported].exports:
                    return None
                if imported not in queue:
                    queue.append(imported)
        return [self._answers[url] for url in queue]


@dataclass
class OpenPage(Client):
    """A page that is loaded.

    Args:
        failed: scripts that could not be loaded.
        fetched: what its scripts have fetched: path → hash.
    """

    failed: list[str] = field(default_factory=list)
    fetched: dict[str, str] = field(default_factory=dict)

    def hello(self) -> str:
        said = json.loads(super().hello())
        return json.dumps({**said, "resources": {**said["resources"], **self.fetched}})

    def take(self, text: str) -> list[str]:
        frame = json.loads(text)
        if frame["type"] == "welcome":
            self.fetched.update({p: h for p, h in frame["resources"].items() if p in self.fetched})
            frame["resources"] = {p: h for p, h in frame["resources"].items() if p in self.styles}
            text = json.dumps(frame)
        if frame["type"] == "check":
            return [json.dumps({"type": "checked", "key": frame["key"], "parses": True})]
        return super().take(text)

    @staticmethod
    def problems_in(text: str) -> list[dict[str, Any]]:
        """Those that a frame tells."""
        frame = json.loads(text)
        found: list[dict[str, Any]] = frame["problems"] if frame["type"] == "problems" else []
        return found

    def _apply(self, update: dict[str, Any]) -> str:
        for asset in update["assets"]:
            held = self.fetched.get(asset["path"])
            if held is not None and held != asset["hash"]:
                self.reloads.append(f"{asset['path']} was fetched")
                return "reloading"
        return super()._apply(update)

    def shows(self) -> tuple[object, ...]:
        """What its user sees, and what its scripts are made of."""
        return (
            self.html,
            {path: text for path, (_, text) in self.styles.items()},
            {path: digest for path, (digest, _, _) in self.modules.items()},
            self.fetched,
            sorted((p["owner"], p["kind"]) for p in self.problems),
        )
