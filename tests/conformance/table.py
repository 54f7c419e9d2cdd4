"""The table of behaviours in docs/hmr.md: `python -m tests.conformance.table` writes it anew."""

from pathlib import Path

from tests.conformance.cases import CASES

DOCUMENT = Path(__file__).parents[2] / "docs/hmr.md"
_MARK = "<!-- conformance: written by `python -m tests.conformance.table` -->\n"


def table() -> str:
    rows = [f"| {case.says} | {case.source} | `{case.name}` |" for case in CASES]
    return "\n".join(["| Behaviour | Asked for by | Case |", "|---|---|---|", *rows, ""])


def document() -> str:
    """The document as it should be."""
    before, _, _ = DOCUMENT.read_text("utf-8").partition(_MARK)
    return f"{before}{_MARK}\n{table()}"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
