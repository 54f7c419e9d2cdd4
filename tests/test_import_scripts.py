"""What a classic worker imports, as far as its source tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.import_scripts import imported_scripts


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("importScripts('a.js')", ["a.js"]),
        ('self.importScripts("a.js", `b.js` /* and */, "../c.js",);', ["a.js", "b.js", "../c.js"]),
        ("importScripts('a.js'); f(); importScripts ( '\\x62.js' )", ["a.js", "b.js"]),
        ("importScripts()", []),
        # Only running these can tell.
        ("importScripts(name, 'b.js')", []),
        ("importScripts('a.js', name, 'c.js')", ["a.js"]),
        ("importScripts(`${name}.js`)", []),
        ("importScripts('a' + '.js')", []),
        ("importScripts(...names)", []),
        # No calls.
        ("// importScripts('a.js')\n'importScripts(\"b.js\")'; /importScripts('c.js')/", []),
        ("const importScripts2 = 1; myimportScripts('a.js'); importScripts;", []),
        # As far as it can be read.
        ("importScripts('a.js'); ' \n importScripts('b.js')", ["a.js"]),
    ],
)
def test_what_is_written_is_found(source: str, found: list[str]) -> None:
    assert list(imported_scripts(source)) == found


@given(st.lists(st.text("aé\U0001f600'\"\\`$ \n", max_size=5), max_size=5))
def test_any_name_is_read_as_it_is_written(names: list[str]) -> None:
    escaped = ("".join(f"\\u{{{ord(c):x}}}" for c in name) for name in names)
    arguments = ", ".join(f'"{name}"' for name in escaped)
    assert list(imported_scripts(f"importScripts({arguments})")) == names
