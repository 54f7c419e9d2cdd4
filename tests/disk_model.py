"""A project's files, all that programs and people do to them, and what is wrong with them when."""

import itertools
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.fake_clock import Clock

TEXTS = {
    "main.js": "import { x as b } from './lib/b.js';\nimport { x as l } from './link.js';\n"
    "import.meta.hot.accept();\n",
    "other.js": "import.meta.hot.accept();\n",
    "lib/b.js": "import { x as c } from './deep/c.js';\n",
    "lib/deep/c.js": "",
    "real1.js": "",
    "real2.js": "",
    "a.css": "h1 { color: red }\n",
    "lib/d.css": "h2 { color: red }\n",
    "index.html": "<!doctype html><link rel=stylesheet href=a.css>"
    "<link rel=stylesheet href=lib/d.css>\n"
    "<script type=module src=main.js></script><script type=module src=other.js></script>\n",
    "data.txt": "",
}
LINK = "link.js"
_IMPORT = re.compile(r"from '\./([^']+)'")
# A problem: the module that has it, and its kind.
Fault = tuple[str, str]


def text_of(name: str, number: int) -> str:
    """A file's text, whose length no other number gives it: clocks of file systems are coarse."""
    padding = "." * number
    match name.rpartition(".")[2]:
        case "js":
            return f"{TEXTS[name]}export const x = {number}; //{padding}\n"
        case "css":
            return f"{TEXTS[name]}p {{ margin: {number}px }} /*{padding}*/\n"
        case "html":
            return f"{TEXTS[name]}<h1>{number}</h1><!--{padding}-->\n"
        case _:
            return f"{number}{padding}\n"


class Disk:
    """The files below a folder.

    Args:
        root: the folder, which is made.
        clock: tells when what was so.
        still: a file that is held open and was written to counts as written after so long.
    """

    def __init__(self, root: Path, clock: Clock, still: float) -> None:
        self.root = root
        self.lock = root / ".git" / "index.lock"
        self._away = root.with_name("away")
        self._clock = clock
        self._still = still
        self._numbers = itertools.count(1)
        self._texts: dict[str, str] = {}
        self._open: dict[str, Any] = {}
        self._written: dict[str, float] = {}
        self._locked = False
        # What has been wrong: from when to when.
        self._since: dict[Fault, float] = {}
        self._lasted: list[tuple[Fault, float, float]] = []
        self.born: dict[tuple[int, int], float] = {}
        for name in TEXTS:
            self.save(name, "inplace")
        (root / LINK).symlink_to("real1.js")
        self.lock.parent.mkdir()

    # What happens

    def save(self, name: str, how: str) -> None:
        text = self._new(name)
        path = self.root / name
        if not self._make_way(path):
            return
        match how:
            case "inplace":
                path.write_text(text)
            case "atomic":
                temporary = path.with_name(f".{path.name}.tmp")
                temporary.write_text(text)
                temporary.replace(path)
            case "anew":
                path.unlink(missing_ok=True)
                self._clock.after(0.02, lambda: self._put(name))
            case _:
                self._begin(name)
        self._note()

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)
        self._note()

    def remove_folder(self) -> None:
        shutil.rmtree(self.root / "lib", ignore_errors=True)
        self._note()

    def move_folder(self) -> None:
        """Rename it, or what it was renamed to."""
        one, other = self.root / "lib", self.root / "lib2"
        if one.exists() and not other.exists():
            one.rename(other)
        elif other.exists() and not one.exists():
            other.rename(one)
        self._note()

    def exchange_folder(self) -> None:
        """As tools that make a folder anew and put it in place of the old one."""
        if not self.root.exists():
            return
        new, old = self.root / "lib.new", self.root / "lib.old"
        (new / "deep").mkdir(parents=True)
        for name in TEXTS:
            if name.startswith("lib/"):
                (new / name.removeprefix("lib/")).write_text(self._new(name))
        if (self.root / "lib").exists():
            (self.root / "lib").rename(old)
        new.rename(self.root / "lib")
        shutil.rmtree(old, ignore_errors=True)
        self._note()

    def turn_link(self) -> None:
        link = self.root / LINK
        if self.root.exists():
            now = str(link.readlink()) if link.is_symlink() else ""
            temporary = self.root / ".link.tmp"
            temporary.symlink_to("real2.js" if now == "real1.js" else "real1.js")
            temporary.replace(link)
        self._note()

    def change_rights(self, name: str) -> None:
        path = self.root / name
        if path.exists():
            path.chmod(0 if path.stat().st_mode & 0o400 else 0o644)
        self._note()

    def move_root(self) -> None:
        """Away, or back."""
        if self.root.exists():
            self.root.rename(self._away)
        else:
            self._away.rename(self.root)
        self._note()

    def check_out(self) -> None:
        """As git does it: under a lock, one file after the other, and slowly."""
        if not self.root.exists() or self._locked:
            return
        self.lock.touch()
        self._locked = True
        self.born[self._key(self.lock)] = self._clock.now
        self._note()
        for step, name in enumerate(["lib/b.js", "a.css", "lib/deep/c.js", "main.js"]):
            self._clock.after(0.05 + 0.1 * step, partial(self.remove, name))
            self._clock.after(0.1 + 0.1 * step, partial(self.save, name, "inplace"))
        self._clock.after(0.5, self._unlock)

    def heal(self) -> None:
        """Make everything whole again; what is restored is as it was."""
        if not self.root.exists():
            self.move_root()
        for name in tuple(self._open):
            self._end(name)
        self._unlock()
        for name, text in self._texts.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                path.chmod(0o644)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
        if not (self.root / LINK).is_symlink():
            (self.root / LINK).symlink_to("real1.js")
        self._note()

    # What is so

    def text(self, name: str) -> str:
        """What a file holds, or nothing where nobody may read it."""
        path = self.root / name
        try:
            return path.read_text() if path.stat().st_mode & 0o400 else ""
        except OSError:
            return ""

    def was_wrong(self, fault: Fault, seconds: float) -> bool:
        """Whether a problem has been there for so long of late."""
        now = self._clock.now
        lasted = [*self._lasted]
        if fault in self._since:
            lasted.append((fault, self._since[fault], now))
        return any(f == fault and end - begin >= seconds for f, begin, end in lasted)

    def forget(self) -> None:
        """What was wrong up to now, and is so no more, is no excuse from here on."""
        self._lasted.clear()

    # How

    def _new(self, name: str) -> str:
        text = self._texts[name] = text_of(name, next(self._numbers))
        return text

    def _put(self, name: str) -> None:
        path = self.root / name
        if self._make_way(path):
            path.write_text(self._texts[name])
        self._note()

    def _make_way(self, path: Path) -> bool:
        if not self.root.exists() and self._away.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.chmod(0o644)
        return True

    def _begin(self, name: str) -> None:
        if name in self._open:
            return
        file = (self.root / name).open("w")
        self._open[name] = file
        text = self._texts[name]
        middle = text.index("\n") + 1
        self._written[name] = self._clock.now

        def write(part: str) -> None:
            if file.closed:
                return
            file.write(part)
            file.flush()
            self._written[name] = self._clock.now
            self._note()

        self._clock.after(0.04, lambda: write(text[:middle]))
        self._clock.after(0.08, lambda: write(text[middle:]))
        self._clock.after(0.2, lambda: self._end(name))

    def _end(self, name: str) -> None:
        file = self._open.pop(name, None)
        if file is not None:
            file.close()
        self._note()

    def _unlock(self) -> None:
        if self._locked:
            self._locked = False
            for lock in (self.lock, self._away / ".git" / "index.lock"):
                lock.unlink(missing_ok=True)
        self._note()

    @staticmethod
    def _key(path: Path) -> tuple[int, int]:
        info = path.stat()
        return info.st_ino, info.st_mtime_ns

    def _note(self) -> None:
        """Look what is wrong now, and what is so no more."""
        for name in TEXTS:
            path = self.root / name
            if path.exists():
                self.born.setdefault(self._key(path), self._clock.now)
        now = self._clock.now
        wrong = set() if self._locked else self._wrong()
        for fault in self._since.keys() - wrong:
            self._lasted.append((fault, self._since.pop(fault), now))
        for fault in wrong - self._since.keys():
            self._since[fault] = now
        if self._open:
            # It counts as written some time after its writer has paused.
            self._clock.after(self._still, self._note)

    def _wrong(self) -> set[Fault]:
        found: set[Fault] = set()
        for owner in TEXTS:
            if not owner.endswith(".js"):
                continue
            folder = owner.rpartition("/")[0]
            for imported in _IMPORT.findall(self.text(owner)):
                name = f"{folder}/{imported}".lstrip("/")
                if not (self.root / name).is_file():
                    found.add((f"/{owner}", "import"))
                elif "export const x" not in self.text(name) and not self._is_written(name):
                    found.add((f"/{owner}", "link"))
                if (self.root / name).is_file() and not self._may_read(name):
                    found |= {(f"/{owner}", "import"), (f"/{owner}", "link")}
        return found

    def _may_read(self, name: str) -> bool:
        return bool((self.root / name).stat().st_mode & 0o400)

    def _is_written(self, name: str) -> bool:
        return name in self._open and self._clock.now - self._written[name] < self._still


def happenings(disk: Disk) -> dict[str, Callable[[], None]]:
    """What can happen, by a name that says it."""
    found: dict[str, Callable[[], None]] = {
        "the folder is deleted": disk.remove_folder,
        "the folder is renamed": disk.move_folder,
        "the folder is exchanged": disk.exchange_folder,
        "the link is turned": disk.turn_link,
        "the root is moved": disk.move_root,
        "another branch is checked out": disk.check_out,
        "all is made whole": disk.heal,
    }
    for name in TEXTS:
        found[f"{name} is deleted"] = partial(disk.remove, name)
        found[f"{name} changes its rights"] = partial(disk.change_rights, name)
        for how in ("inplace", "atomic", "anew", "in pieces"):
            found[f"{name} is saved {how}"] = partial(disk.save, name, how)
    return found
