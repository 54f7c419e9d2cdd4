"""What Sphinx pickled is not trusted where an older release may have made it."""

from pathlib import Path

from hotreload.hosts.generators.sphinx import _forget_doctrees


def test_only_what_sphinx_keeps_is_deleted(tmp_path: Path) -> None:
    kept = [tmp_path / "thesis.tex", tmp_path / "deep" / "index.html"]
    stale = [tmp_path / "environment.pickle", tmp_path / "deep" / "index.doctree"]
    (tmp_path / "deep").mkdir()
    for path in (*kept, *stale):
        path.write_text("x")
    _forget_doctrees(tmp_path)
    _forget_doctrees(tmp_path / "gone")
    assert [path.exists() for path in (*kept, *stale)] == [True, True, False, False]
