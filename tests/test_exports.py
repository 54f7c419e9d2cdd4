"""What is read of a module's exports."""

import pytest

from hotreload.transform.exports import exports_of


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("", ""),
        ("export default 1", "default"),
        ("export default class A {}", "default"),
        ("export{a}", "a"),
        ("export { a, b as c, d as default, e as 'string name', }", "a|c|default|string name"),
        ("export { /* x, */ a // , y\n }", "a"),
        ("export {}", ""),
        ("export { a as b } from './a.js'", "b"),
        ("export * as a from './a.js'", "a"),
        ("export * as 'a b' from './a.js'", "a b"),
        ("export function a() {}", "a"),
        ("export function*a() {}", "a"),
        ("export async function a() {}", "a"),
        ("export async function * /**/ a() {}", "a"),
        ("export class A extends B {}", "A"),
        ("export const a = 1", "a"),
        ("export let a, b", "a|b"),
        ("export var a = 1, b = 2; c, d", "a|b"),
        ("export const $ = 1, été = 2, \\u0061b = 3", "$|été|ab"),
        ("export const a = [b, c], d = {e, f}, g = h(i, j), k = `${l, m}, n`, o", "a|d|g|k|o"),
        ("export const a = b => { c, d }, e = /[,]f, g/, h = ', i'", "a|e|h"),
        ("export const a = [1, [2, 3]], b = c[[4, 5][0]], d", "a|b|d"),
        ("export const a = 1\nb, c", "a"),
        ("export const a = b // , x\nc, d", "a"),
        ("export const a = 'b'\n'c', d", "a"),
        ("export const a = b()\n\n/* c */ d, e", "a"),
        ("export const a\n=\n1\n,\nb", "a|b"),
        ("export const a = b\n  ? c\n  : d, e = f", "a|e"),
        ("export const a = b\n  in c, d", "a|d"),
        ("export const a = typeof\n  b, c", "a|c"),
        ("export const a = () =>\n{ b, c }, d", "a|d"),
        ("export let a\nexport let b, c", "a|b|c"),
        ("export let a /*\n*/ export let b", "a|b"),
        ("export const {a, b: c, d = 1, e: f = g, ...h} = i, j = k", "a|c|d|f|h|j"),
        ("export const [a, , b = c, ...d] = e, f", "a|b|d|f"),
        ("export const {\n  /** first */ a, // x, y\n  b\n} = c", "a|b"),
        ("a.export = 1; ({export: 1}); a?.export", ""),
        ("'export const a'; // export {b}\n`export {c}`; /export {d}/", ""),
        ("\ufeff#!export {a}\nexport {b}", "b"),
    ],
)
def test_reads_the_exported_names(source: str, names: str) -> None:
    found = exports_of(source)
    assert found.names == frozenset(filter(None, names.split("|")))
    assert found.star_from == ()


@pytest.mark.parametrize(
    "source",
    [
        "export const {a: {b}} = c",
        "export const {'a': b} = c",
        "export const [[a]] = b",
        "export const {a = [1]} = b",
        "export @decorated class A {}",
    ],
)
def test_unknown_where_a_form_is_too_rich(source: str) -> None:
    assert exports_of(f"{source}; export const d = 1").names is None


def test_names_what_it_passes_on_whole() -> None:
    found = exports_of(
        "export * from './a.js'; export*from'./b\\u002ejs'\nexport * as c from './c.js'"
    )
    assert found.star_from == ("./a.js", "./b.js")
    assert found.names == frozenset({"c"})
