"""Texts that nobody wrote for a lexer: it reads or refuses them, in time that grows evenly."""

import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.exports import exports_of
from hotreload.transform.lexer import ImportKind, Lexed, LexError, lex

# Pieces that meet in any order, so that most texts come close to being JavaScript.
PIECES = r"""
import export from as meta hot accept default const let function class async await return of in
a \u00e9 \U0001f600 \ud800 \u2028 \ufeff 'x' "y" ' " ` ${ { } ( ) [ ] / /* */ // * , ; : . ... = =>
++ \\ \\u{61} \\u{110000} \\u{99999999999999} \\x #! # 1 \n \r\n \x20
import.meta.hot import.meta.hot.accept( acceptExports(['a', import(' import{ export{ export*
export\x20const\x20 from'./a.js' import'./a.js' with{type:'json'}
"""
piece = st.sampled_from([raw.encode().decode("unicode_escape") for raw in PIECES.split()])
texts = st.one_of(
    st.text(),
    st.lists(piece, max_size=60).map("".join),
    st.lists(piece, max_size=60).map(" ".join),
)


@given(texts)
def test_any_text_is_read_or_refused(source: str) -> None:
    broken_at = end = 0
    lexed = Lexed((), (), False, False)
    try:
        lexed = lex(source)
    except LexError as error:
        broken_at = error.position
    assert 0 <= broken_at <= len(source)
    for found in lexed.imports:
        assert end <= found.statement < found.start <= found.end <= len(source)
        assert source.startswith(("import", "export"), found.statement)
        end = found.end
        text = source[found.start : found.end]
        if found.specifier is None:
            assert text == ""
            continue
        if found.kind is ImportKind.DYNAMIC:
            assert text[0] == text[-1]
            assert text[0] in "'\"`"
            text = text[1:-1]
        assert text == found.specifier or "\\" in text
    for call in lexed.hot_calls:
        for dep in call.deps or ():
            text = source[dep.start + 1 : dep.end - 1]
            assert text == dep.value or "\\" in text


@given(texts)
def test_the_exports_of_any_text_are_read_or_refused(source: str) -> None:
    broken_at = 0
    try:
        exports_of(source)
    except LexError as error:
        broken_at = error.position
    assert 0 <= broken_at <= len(source)


END = "\nimport.meta.hot;export{a}"
HOSTILE = r"""
export{ | /**/ | END
export { | /* a */ | END
import { | /* a */ | END
import { | // {\n | END
 | export{// | END
 | export/*export*/ | END
 | export{'export{' | END
 | export { | END
 | export * from | END
 | export let a= | END
 | export let {a, | END
 | export let [ | END
export let a=b | \n// | \n.c,d
export let a=b | \n/**/c, | END
export let a=[ | \nexport let b, | END
export let a= | a\n+ | END
export let a=[ | b, | ]
 | import  | END
 | import. | END
 | import( | END
 | import{ | END
 | import{`'\\`'` | END
 | import{`/*` | END
 | import/**/ | END
 | import a, | END
 | import a from | END
import 'a' with { | type:a, | END
 | import.meta; | hotter
 | import.meta.hot. | END
 | import.meta.hot.accept( | END
 | import.meta.hot.accept((a, | END
 | import.meta.hot.accept(/*)/**/(/*)/**/a | END
import.meta.hot.accept([ | 'a', | END
import.meta.hot.accept([ | /*,*/ | END
import.meta.hot.accept( | a. | END
import( | a, | END
 | ( | END
 | { | END
 | [ | END
 | () | END
 | {} | END
 | ` | END
 | `${ | END
 | `${` | END
 | " | END
 | "' | END
 | '' | END
 | / | END
a | / | END
 | =/ | END
 | =/[ | END
 | =/a/ | END
 | =/\\/ | END
 | /* | END
 | // | END
 | /**/ | /a/;END
 | \\ | END
 | '\\ | END
' | \\' | END
' | \\\n | END
 | {}/a/; | END
 | {a:{}/a/1; | END
 | if(a)/a/; | END
 | case a:{}/a/; | END
 | x=>{}/a/; | END
 | class A{}/a/; | END
 | class  | {}/a/;END
 | function a(){}/a/; | END
 | a++/b; | END
a |   | /b/;END
 | \u2028 | /b/;END
 | a | /b/;END
 | \n | END
"""


def least_time(work: Callable[[str], object], source: str) -> float:
    """CPU seconds of the quickest of three runs."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        with contextlib.suppress(LexError):
            work(source)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("work", [lex, exports_of])
@pytest.mark.parametrize("recipe", HOSTILE.strip("\n").splitlines())
def test_time_grows_evenly_with_the_size(recipe: str, work: Callable[[str], object]) -> None:
    head, unit, tail = (
        part.replace("\\n", "\n").replace("\\u2028", "\u2028").replace("\\\\", "\\")
        for part in recipe.split(" | ")
    )
    tail = tail.replace("END", END)

    def source(size: int) -> str:
        return head + unit * (size // len(unit)) + tail

    # What is quadratic takes 16 times as long; the constant is for what takes no time at all.
    assert least_time(work, source(200_000)) < 8 * least_time(work, source(50_000)) + 0.02
