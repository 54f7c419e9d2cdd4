"""Random edits of projects that generators build: each changes a mapping of names to texts."""

import random
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

Files: TypeAlias = dict[str, str]
Edit: TypeAlias = Callable[[random.Random, Files], None]

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "kelp")


def words(rng: random.Random, count: int = 2) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(count))


def pick(rng: random.Random, files: Files, pattern: str) -> str | None:
    names = sorted(name for name in files if re.fullmatch(pattern, name))
    return rng.choice(names) if names else None


def replacing(pattern: str, old: str, new: Callable[[random.Random], str]) -> Edit:
    """An edit of a random file whose name matches: a random match of ``old`` becomes another."""

    def edit(rng: random.Random, files: Files) -> None:
        name = pick(rng, files, pattern)
        found = list(re.finditer(old, files[name], re.M)) if name else []
        if name and found:
            match = rng.choice(found)
            files[name] = files[name][: match.start()] + new(rng) + files[name][match.end() :]

    return edit


def appending(pattern: str, new: Callable[[random.Random], str]) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        if name := pick(rng, files, pattern):
            files[name] += new(rng)

    return edit


def removing(pattern: str) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        if name := pick(rng, files, pattern):
            del files[name]

    return edit


def adding(name: Callable[[random.Random], str], text: Callable[[random.Random], str]) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        files[name(rng)] = text(rng)

    return edit


def shuffling(pattern: str, line: str) -> Edit:
    """The lines that match change places."""

    def edit(rng: random.Random, files: Files) -> None:
        if name := pick(rng, files, pattern):
            lines = files[name].split("\n")
            places = [n for n, text in enumerate(lines) if re.fullmatch(line, text)]
            texts = [lines[n] for n in places]
            rng.shuffle(texts)
            for place, text in zip(places, texts, strict=True):
                lines[place] = text
            files[name] = "\n".join(lines)

    return edit


def renaming(pattern: str, new: Callable[[random.Random], str]) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        if old := pick(rng, files, pattern):
            files[new(rng)] = files.pop(old)

    return edit


def steps(rng: random.Random, files: Files, edits: dict[str, Edit]) -> Iterator[tuple[str, Files]]:
    """Endless: what was done, and the files as they are then; some steps undo, some do several."""
    history = [dict(files)]
    while True:
        if len(history) > 2 and rng.random() < 0.12:
            files = dict(history[-rng.randint(2, min(4, len(history)))])
            done = "undo"
        else:
            files = dict(history[-1])
            names = [rng.choice(list(edits)) for _ in range(rng.choice((1, 1, 1, 2)))]
            for name in names:
                edits[name](rng, files)
            done = " + ".join(names)
        if files != history[-1]:
            history.append(dict(files))
            yield done, files
