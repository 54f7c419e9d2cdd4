"""CSS modules: class names of a stylesheet's own, and the module that gives them to scripts.

Source of the rules: the CSS Modules specification (``:local``, ``:global``, ``composes``); of the
tokens: CSS Syntax Level 3.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from hotreload.project.urls import file_url
from hotreload.transform.wrap import is_export_name

_IDENT = r"(?:--|-?(?:[a-zA-Z_\u0080-\U0010ffff]|\\[^\n]))(?:[\w\u0080-\U0010ffff-]|\\[^\n])*+"
_TOKEN = re.compile(
    rf"""(?P<skip>/\*[\s\S]*?(?:\*/|\Z)
      | "(?:[^"\\\n]|\\[\s\S])*+"?
      | '(?:[^'\\\n]|\\[\s\S])*+'?
      | url\(\s*+[^"'\s)][^)]*+\)?)
    | (?P<class>\.(?={_IDENT}))?(?P<ident>[@:]?{_IDENT})
    | (?P<mark>[{{}};,()\[\]])
    | [^"'/{{}};,()\[\].@:\\a-zA-Z_\u0080-\U0010ffff-]++
    | [\s\S]""",
    re.X,
)
_KEYFRAMES = re.compile(rf"@(?:-\w+-)?keyframes\s+({_IDENT})")
_COMPOSES = re.compile(r"(.+?)(?:\s+from\s+(?:(global)|\"([^\"]+)\"|'([^']+)'))?\s*\Z", re.S)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|([\s\S]))")
_SPLITS = frozenset("{};")


@dataclass(frozen=True, slots=True)
class Composed:
    """A class of another CSS module: the specifier that names the file, and its name there."""

    specifier: str
    name: str


@dataclass(frozen=True, slots=True)
class ScopedStyle:
    """A stylesheet whose class names are its own.

    Args:
        text: what the browser gets.
        names: what elements are given, by the name as it is written.
    """

    text: str
    names: Mapping[str, tuple[str | Composed, ...]]


def scope_names(url: str, css: str) -> ScopedStyle:
    """Make the class names and keyframes of a stylesheet its own.

    Args:
        url: its URL path, which new names depend on: they are the same every time.
        css: its text.
    """
    return _Scoper(file_url(url), css).run()


def names_module(url: str, names: Mapping[str, tuple[str | Composed, ...]]) -> str:
    """The JavaScript that gives a stylesheet's names to who imports it."""
    code = [f"import {json.dumps(file_url(url) + '?import')};"]
    files: dict[str, str] = {}
    for parts in names.values():
        for part in parts:
            if isinstance(part, Composed) and part.specifier not in files:
                files[part.specifier] = local = f"__{len(files)}"
                code.append(f"import {local} from {json.dumps(part.specifier)};")

    def value(parts: tuple[str | Composed, ...]) -> str:
        return '+" "+'.join(
            json.dumps(part)
            if isinstance(part, str)
            else f"{files[part.specifier]}[{json.dumps(part.name)}]"
            for part in parts
        )

    exported = [name for name in names if is_export_name(name) and not name.startswith("__")]
    code += [f"export const {name}={value(names[name])};" for name in exported]
    pairs = [
        f"[{json.dumps(n)}]:{n if n in exported else value(parts)}" for n, parts in names.items()
    ]
    return f"{''.join(code)}export default {{{','.join(pairs)}}};"


class _Scoper:
    def __init__(self, url: str, css: str) -> None:
        self.css = css
        self.mark = sha256(url.encode()).hexdigest()[:5]
        self.keyframes = {_plain(found) for found in _KEYFRAMES.findall(css)}
        self.names: dict[str, list[str | Composed]] = {}
        self.selected: list[str] = []

    def run(self) -> ScopedStyle:
        text: list[str] = []
        statement: list[re.Match[str]] = []
        depth = 0
        for token in _TOKEN.finditer(self.css):
            mark = token["mark"]
            if mark in ("(", "["):
                depth += 1
            elif mark in (")", "]"):
                depth = max(0, depth - 1)
            if mark in _SPLITS and depth == 0:
                text.append(self._statement(statement, is_block=mark == "{") + token[0])
                statement = []
            else:
                statement.append(token)
        text.append(self._statement(statement, is_block=False))
        names = {name: tuple(parts) for name, parts in self.names.items()}
        return ScopedStyle("".join(text), names)

    def _statement(self, tokens: list[re.Match[str]], *, is_block: bool) -> str:
        first = next((token["ident"] for token in tokens if token["ident"]), "")
        if is_block and first.startswith("@"):
            if first.endswith("keyframes"):
                return self._renamed(tokens)
            return self._selector(tokens) if first == "@scope" else _text(tokens)
        if is_block:
            self.selected = []
            return self._selector(tokens)
        if first == "composes":
            return self._compose(tokens)
        if first.endswith(("animation", "animation-name")):
            return self._renamed(tokens)
        return _text(tokens)

    def _selector(self, tokens: list[re.Match[str]]) -> str:
        text: list[str] = []
        # Parentheses that are open: whether what is in them is left alone, and whether they go.
        scopes: list[tuple[bool, bool]] = []
        alone = False
        pending: str | None = None
        for token in tokens:
            ident, mark = token["ident"], token["mark"]
            if pending is not None and mark != "(":
                alone, pending = pending == ":global", None
            if mark == "(":
                scopes.append((alone, pending is not None))
                alone = pending == ":global" if pending is not None else alone
                text.append("" if pending is not None else "(")
                pending = None
            elif mark == ")" and scopes:
                alone, goes = scopes.pop()
                text.append("" if goes else ")")
            elif mark == "," and not scopes:
                alone = False
                text.append(",")
            elif ident in (":global", ":local"):
                pending = ident
            elif token["class"] and not alone:
                text.append("." + self._class(ident))
            else:
                text.append(token[0])
        return "".join(text)

    def _class(self, ident: str) -> str:
        name = _plain(ident)
        self.names.setdefault(name, [f"{name}_{self.mark}"])
        self.selected.append(name)
        return f"{ident}_{self.mark}"

    def _renamed(self, tokens: list[re.Match[str]]) -> str:
        return "".join(
            f"{token[0]}_{self.mark}"
            if token["ident"] and not token["class"] and _plain(token["ident"]) in self.keyframes
            else token[0]
            for token in tokens
        )

    def _compose(self, tokens: list[re.Match[str]]) -> str:
        """Give the classes that the rule is for others, too; the declaration goes."""
        declaration = _text([token for token in tokens if not token[0].startswith("/*")])
        found = _COMPOSES.match(declaration.partition(":")[2].strip())
        for name in found[1].split() if found else ():
            assert found is not None
            specifier = found[3] or found[4]
            for selected in self.selected:
                if specifier:
                    bare = not specifier.startswith((".", "/"))
                    part: str | Composed = Composed(f"./{specifier}" if bare else specifier, name)
                    self.names[selected].append(part)
                elif found[2]:
                    self.names[selected].append(name)
                else:
                    own: list[str | Composed] = [f"{name}_{self.mark}"]
                    self.names[selected] += self.names.get(name, own)
        return re.sub(r"[^\n]", "", declaration)


def _text(tokens: list[re.Match[str]]) -> str:
    return "".join(token[0] for token in tokens)


def _plain(ident: str) -> str:
    """An identifier without its escapes."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], ident)
