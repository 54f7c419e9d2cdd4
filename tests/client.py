"""A client of the protocol, written from docs/protocol.md alone. It keeps texts, runs nothing."""

import json
from dataclasses import dataclass, field
from typing import Any

VERSION = 1


@dataclass
class Client:
    """One page, by what it holds.

    Args:
        birth: the content of the page's ``<meta name="hotreload">``.
        html: its source.
        modules: module path → hash, version and text.
        styles: path → hash and text.
    """

    birth: dict[str, Any]
    html: str
    modules: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    styles: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    reloads: list[str] = field(default_factory=list)
    synced: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen = (self.birth["boot"], self.birth["rev"])
        self._hash = self.birth["hash"]
        self._ran = {(path, v) for path, (_, v, _) in self.modules.items()}
        # By path and version, as a browser's module map: it has each text once.
        self._preloaded: dict[tuple[str, str], str] = {}
        self._facade = ("", "", False)

    def hello(self) -> str:
        boot, rev = self._seen
        return json.dumps(
            {
                "type": "hello",
                "version": VERSION,
                "project": self.birth["project"],
                "boot": boot,
                "rev": rev,
                "page": "/",
                "hash": self._hash,
                "modules": {path: [h, v] for path, (h, v, _) in self.modules.items()},
                "resources": {path: h for path, (h, _) in self.styles.items()},
            }
        )

    def take(self, text: str) -> list[str]:
        """Deal with a frame from the server; returns what to answer."""
        frame = json.loads(text)
        match frame["type"]:
            case "welcome":
                assert frame["version"] == VERSION
                self._seen = (frame["boot"], frame["rev"])
                for path, digest in frame["resources"].items():
                    self.styles[path] = (digest, self.styles[path][1])
            case "problems":
                self.problems = frame["problems"]
            case "synced":
                self.synced.append(frame["id"])
            case "preload":
                self._facade = (frame["path"], frame["v"], frame["default"])
                for module in frame["modules"]:
                    assert (module["path"], module["v"]) not in self._ran
                    self._preloaded[module["path"], module["v"]] = module["code"]
            case "update":
                self._seen = (self._seen[0], frame["rev"])
                result = self._apply(frame)
                ack = {"type": "ack", "rev": frame["rev"], "result": result, "ms": 0.1}
                return [json.dumps(ack)]
            case _:
                pass  # a frame of a newer server
        return []

    def _apply(self, update: dict[str, Any]) -> str:
        if update["reload"] is not None:
            self.reloads.append(update["reload"]["reason"])
            return "reloading"
        for style in update["styles"]:
            if style["path"] in self.styles:
                self.styles[style["path"]] = (style["hash"], style["css"])
        for page in update["pages"]:
            self._hash, self.html = page["hash"], page["html"]
        for module in (*update["modules"], *update["fresh"]):
            run = (module["path"], module["v"])
            assert run not in self._ran, f"{run} is to run a second time"
            self._ran.add(run)
            code = self._code(run, module["code"])
            self.modules[module["path"]] = (module["hash"], module["v"], code)
        for boundary in update["boundaries"]:
            assert boundary["accepted"] in self.modules
        for path in update["pruned"]:
            del self.modules[path]
        return "applied"

    def _code(self, run: tuple[str, str], sent: str | None) -> str:
        """The text that a module runs by: sent now, or preloaded under its version."""
        path, v, default = self._facade
        if run == (path, v):
            assert sent is not None
            assert ("export default" in sent) is default, f"the facade of {run} does not fit"
            return sent
        known = self._preloaded.get(run, sent)
        assert known is not None, f"{run} has no text"
        assert sent in (None, known), f"{run} has another text already"
        return known
