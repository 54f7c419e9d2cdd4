"""The code samples of the documentation.

A sample is a fenced block. Its first line says the language and perhaps which file it is::

    ```js title="site/main.js"          the whole file
    ```js title="site/main.js" append   what is added at its end
    ```diff title="site/main.js"        an edit of it
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = tuple(
    sorted(
        [
            *DOCS.rglob("*.md"),
            *(
                ROOT / name
                for name in ("README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md")
            ),
        ]
    )
)
_FENCE = re.compile(r"^(?P<fence>```+)(?P<info>[^`\n]*)\n(?P<code>.*?)^(?P=fence)$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Sample:
    """A fenced block.

    Args:
        page: the file it stands in.
        line: the line where it begins.
        language: as written; "" where it says none.
        title: the file it is, or "".
        appended: it is added to the file.
        code: its text.
    """

    page: Path
    line: int
    language: str
    title: str
    appended: bool
    code: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def samples(*languages: str, pages: tuple[Path, ...] = PAGES) -> list[Sample]:
    """All samples in these languages, in the order in which they stand."""
    found = [sample for page in pages for sample in _samples_of(page)]
    return [sample for sample in found if not languages or sample.language in languages]


def _samples_of(page: Path) -> list[Sample]:
    text = page.read_text("utf-8")
    return [_sample(page, text, match) for match in _FENCE.finditer(text)]


def _sample(page: Path, text: str, match: re.Match[str]) -> Sample:
    language, _, rest = match["info"].strip().partition(" ")
    title = re.search(r'title="([^"]+)"', rest)
    return Sample(
        page,
        text.count("\n", 0, match.start()) + 1,
        language,
        title[1] if title else "",
        rest.endswith(" append"),
        match["code"],
    )


def apply(sample: Sample, folder: Path) -> None:
    """Do with a file what a reader would do on reading the sample."""
    path = folder / sample.title
    if sample.language == "diff":
        lines = [line for line in sample.code.splitlines() if line]
        old = "\n".join(line[1:] for line in lines if line[0] in "- ")
        new = "\n".join(line[1:] for line in lines if line[0] in "+ ")
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{sample}: {old!r} is not once in {sample.title}"
        path.write_text(text.replace(old, new), "utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") + "\n" if sample.appended else ""
    path.write_text(before + sample.code, "utf-8")
