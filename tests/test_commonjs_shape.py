"""What a CommonJS module exports and requires: the rules of cjs-module-lexer, and some more."""

import pytest

from hotreload.transform.commonjs_shape import names_used_of, shape_of

DEV = '"development"'


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("exports.a = 1; module.exports.b = 2; exports['c'] = 3; exports.default = 4", "a b c"),
        ("exports.a = exports.b = void 0", "a b"),
        ("exports['a-b'] = 1; exports['\\ud800'] = 2", "a-b"),
        ("if (x) { exports.a = 1 }\nfunction f() { exports.b = 2 }", "a b"),
        ("exports.a == 1; exports.b === 2; exports.c => 3; exports.d", ""),
        (
            "x.exports.a = 1; 'exports.b = 1'; // exports.c = 1\n"
            "/exports.d = 1/.test(`exports.e = 1`)",
            "",
        ),
        (
            "module.exports = { a, b: 1, 'c': f(1, [2, 3]), d() { return {e: 1} }, get g() {} }",
            "a b c d g",
        ),
        ("module.exports = { a: {x: 1}, ...more, b }", "a b"),
        ("exports = module.exports = { a }", "a"),
        ("module.exports = { a,\n // b,\n c: /[,}]/ , d }", "a c d"),
        ("Object.defineProperty(exports, 'a', { value: 1 })", "a"),
        (
            "Object.defineProperty(exports, 'a', "
            "{ enumerable: true, get: function () { return q.p; } })",
            "a",
        ),
        ("Object.defineProperty(module.exports, 'a', { enumerable: true, get: () => q.p })", "a"),
        # A getter may do something.
        ("Object.defineProperty(exports, 'a', { get: function () { warn(); return q; } })", ""),
        ("(function (e, f) { f(exports) })(this, function (exports) { exports.a = 1 })", "a"),
        ("0 && (module.exports = { a, b })", "a b"),
    ],
)
def test_names(source: str, names: str) -> None:
    assert shape_of(source).names == frozenset(names.split())


@pytest.mark.parametrize(
    ("source", "passed_on"),
    [
        ("module.exports = require('a')", "a"),
        ("module.exports = require('a').b; module.exports = require('c')()", ""),
        ("module.exports = require('a'); module.exports = require('b')", "b"),
        ("module.exports = { ...require('a'), b }", "a"),
        ("__export(require('a')); __exportStar(require('b'), exports)", "a b"),
        ("tslib_1.__exportStar(require('a'), exports);", "a"),
        (
            "var _a = require('a'); Object.keys(_a).forEach(function (key) {\n"
            "if (key === 'default' || key === '__esModule') return;\n"
            "if (key in exports && exports[key] === _a[key]) return;\n"
            "exports[key] = _a[key]; });",
            "a",
        ),
        (
            "var a = require('a'); Object.keys(a).forEach(function (k) {\n"
            "if (k !== 'default' && !Object.prototype.hasOwnProperty.call(exports, k)) "
            "Object.defineProperty(exports, k, { enumerable: true, "
            "get: function () { return a[k]; } }); });",
            "a",
        ),
    ],
)
def test_what_is_passed_on(source: str, passed_on: str) -> None:
    assert shape_of(source).passed_on == tuple(passed_on.split())


@pytest.mark.parametrize(
    ("source", "required"),
    [
        ("require('a'); require(`b`); require(c); x.require('d'); 'require(1)'", "a b"),
        (f"if ({DEV} === 'production') {{ require('a') }} else {{ require('b') }}", "b"),
        (f"if ({DEV} !== 'production') require('a'); else require('b');", "a"),
        (f"if ('production' === {DEV}) require('a')\nrequire('b')", "b"),
        (
            f"if ({DEV} === 'production') {{}} else if (x) "
            "{ require('a') } else { require('b') }",
            "a b",
        ),
        (
            f"if ({DEV} === 'development') {{}} else if (x) "
            "{ require('a') } else require('b')\nrequire('c')",
            "c",
        ),
        (f"m = {DEV} === 'production' ? require('a') : require('b')", "b"),
        (f"m = {DEV} !== 'production' ? require('a') : require('b'); require('c')", "a c"),
        (f"{DEV} === 'production' && require('a'); {DEV} !== 'production' && require('b')", "b"),
        (f"{DEV} !== 'production' || require('a'); require('b')", "b"),
    ],
)
def test_what_is_required_and_runs_in_development(source: str, required: str) -> None:
    assert shape_of(source).required == tuple(required.split())


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ("exports.a = 1; use(exports.a); if (typeof exports === 'object' && module.id) {}", True),
        ("module.exports = require('a')", True),
        ("module.exports = a", False),
        ("module.exports = function () {}", False),
        ("factory(exports)", False),
        ("free = typeof module == 'object' && module", False),
        ("module.exports = { ...a }", False),
        ("0 && (module.exports = { a }); module.exports = __toCommonJS(x)", True),
    ],
)
def test_whether_that_is_all(source: str, complete: bool) -> None:
    assert shape_of(source).complete == complete


def test_that_it_was_an_es_module() -> None:
    assert shape_of("Object.defineProperty(exports, '__esModule', { value: true })").es_module
    assert shape_of("exports.__esModule = true").es_module
    assert not shape_of("exports.a = 1").es_module


def test_the_members_that_are_used_of_a_namespace() -> None:
    source = "all.a(); all?.b; const { c, d: e = 1 } = all; x.all.f; all[g]; wall.h"
    assert names_used_of(source, "all") == {"a", "b", "c", "d"}
