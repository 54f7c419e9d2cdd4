"""What git ignores calls for no build, unless the site is made from it."""

import subprocess
from pathlib import Path

import pytest

from hotreload import DevServer
from hotreload.hosts.rebuild.gitignore import is_git_ignored
from hotreload.hosts.rebuild.sources import Sources
from tests.build.test_devserver import content, get, output, render, state
from tests.build.waiting import eventually

__all__ = ["content", "output", "state"]

PATTERNS = {
    ".gitignore": "*.log\n!keep.log\n/made/\na/**/z\n[\n# no pattern\n\n*.tmp\n",
    "docs/.gitignore": "!wanted.tmp\n/only-here.txt\n",
    "docs/deep/.gitignore": "*\n",
    ".git/info/exclude": "*.mine\nkeep.log\n",
}
NAMES = (
    *("x.log", "docs/x.log", "keep.log", "docs/keep.log", "made/x", "docs/made/x", "a/b/c/z"),
    *("x.tmp", "docs/wanted.tmp", "docs/only-here.txt", "only-here.txt", "docs/deep/any"),
    *("x.mine", "index.rst", "docs/index.rst"),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "checkout"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for name, text in PATTERNS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_as_git_does_it(checkout: Path) -> None:
    asked = ["git", "-C", str(checkout), "check-ignore", "--no-index", *NAMES]
    said = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    assert [name for name in NAMES if is_git_ignored(checkout / name)] == said
    assert not is_git_ignored(checkout.parent / "x.log")
    # What is named itself is wanted, with all that is in it.
    (checkout / "made").mkdir()
    sources = Sources((checkout, checkout / "made", checkout / "x.log"))
    names = ("made/x", "x.log", "y.log", "index.rst")
    assert [name for name in names if sources.is_git_ignored(checkout / name)] == ["y.log"]


def test_a_build_is_not_called_for(content: Path, output: Path) -> None:
    builds: list[frozenset[Path]] = []

    def build(changed: frozenset[Path]) -> None:
        builds.append(changed)
        render(content, output)

    (content.parent / ".git").mkdir()
    (content.parent / ".gitignore").write_text("*.log\n")
    with DevServer(output, [content], build, port=0) as server:
        assert "one" in get(server.url)
        (content / "x.log").write_text("said")
        (content / "index.txt").write_text("two")
        eventually(lambda: "two" in get(server.url))
    assert builds == [frozenset(), {content / "index.txt"}]
