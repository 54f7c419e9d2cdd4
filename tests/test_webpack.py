"""`module.hot` becomes what ES modules can say, and nothing else changes."""

import pytest

from hotreload.transform.webpack import replace_module_hot


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("if (module.hot) module.hot.accept()", None),
        ("module . hot ?. accept('./a.js')", "import.meta.webpackHot ?. accept('./a.js')"),
        ("module?.hot?.accept()", "import.meta.webpackHot?.accept()"),
        (
            "if (typeof module !== 'undefined' && module.hot) {}",
            "if (\"object\" !== 'undefined' && import.meta.webpackHot) {}",
        ),
        ("module\n.hot.accept()\nx", "import.meta.webpackHot\n.accept()\nx"),
    ],
)
def test_what_is_replaced(source: str, becomes: str | None) -> None:
    expected = becomes or source.replace("module.hot", "import.meta.webpackHot")
    assert replace_module_hot(source) == expected
    assert replace_module_hot(expected) == expected


@pytest.mark.parametrize(
    "source",
    [
        "// module.hot.accept()",
        "'module.hot'",
        "`module.hot`",
        "a.module.hot",
        "my_module.hot",
        "module.hotter",
        "const module = x; module.hot",
        "import module from './m.js'; module.hot",
        "import { x as module } from './m.js'; module.hot",
        "((module) => module.hot)(x)",
        "x.then(module => module.hot)",
        "module.exports = 1",
        "typeof module",
    ],
)
def test_what_is_left_alone(source: str) -> None:
    assert replace_module_hot(source) == source
