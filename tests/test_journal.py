"""The journal tells what a page missed, or that it can't know."""

from hypothesis import given
from hypothesis import strategies as st

from hotreload.live.journal import Journal

paths = st.frozensets(st.sampled_from(["/a.js", "/b.css", "/c.html", "/d.png"]), max_size=3)


@given(st.lists(paths, max_size=30), st.integers(1, 8), st.integers(-2, 40))
def test_since_is_the_union_of_what_was_entered_after_or_nothing_known(
    entries: list[frozenset[str]], size: int, rev: int
) -> None:
    journal = Journal("boot", size)
    revisions = [journal.append(entry) for entry in entries]
    assert revisions == list(range(1, len(entries) + 1))
    assert journal.rev == len(entries)
    known = max(0, len(entries) - size) <= rev <= len(entries)
    expected = frozenset().union(*entries[rev:]) if known else None
    assert journal.since("boot", rev) == expected


def test_nothing_missed_is_not_the_same_as_not_known() -> None:
    journal = Journal("boot")
    assert journal.since("boot", 0) == frozenset()
    assert journal.since("boot", 1) is None


def test_another_life_of_the_server_has_another_journal() -> None:
    journal = Journal("boot")
    journal.append(frozenset({"/a.js"}))
    assert journal.since("other", 0) is None
    assert journal.since("other", 1) is None
    assert journal.since("", 0) is None
