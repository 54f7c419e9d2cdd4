"""Which room of the package may import which, and that nothing imports in a circle.

The rooms stand in the order in which an edit travels: each knows those before it. What only types
need (``if TYPE_CHECKING``) counts as well, but for the exceptions that are named.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import hotreload

PACKAGE = Path(hotreload.__file__).parent
# From the first to know nothing of the others to the last, which may know them all.
ROOMS = ("project", "watch", "transform", "plugins", "site", "live", "web", "hosts", "cli")
# Names that users import: each hands on what a room has.
DOORS = ("django", "livereload")
# The kinds of settings name the plugins that are set; nothing is imported for it.
TYPES_ONLY = {("hotreload.project.settings", "hotreload.plugins")}
LONGEST = 400
TYPESCRIPT = [
    PACKAGE.parent / "client-runtime" / name for name in ("src", "compilers", "inspector")
]


def modules() -> dict[str, Path]:
    """The package's modules by their dotted names."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported(path: Path) -> Iterator[str]:
    """The modules of the package that one imports, wherever in it, for types too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if module.startswith("hotreload"):
                for name in node.names:
                    inner = f"{module}.{name.name}"
                    yield inner if inner in MODULES else module
            case ast.Import():
                yield from (name.name for name in node.names if name.name in MODULES)
            case ast.ImportFrom(level=level) if level > 0:
                raise AssertionError(f"{path} imports by dots: say the whole name")
            case _:
                pass


IMPORTS: Mapping[str, frozenset[str]] = {
    name: frozenset(imported(path)) - {name} for name, path in MODULES.items()
}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_the_top_level_is_the_rooms_and_the_doors() -> None:
    found = {
        path.stem
        for path in PACKAGE.iterdir()
        # What a checkout of before has left behind is no code.
        if not path.name.startswith("__") and (path.suffix == ".py" or any(path.glob("*.py")))
    }
    assert found == {*ROOMS, *DOORS}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_knows_only_those_before_it(name: str) -> None:
    allowed = {"", *ROOMS[: ROOMS.index(name) + 1]}
    wrong = [
        f"{module} imports {other}"
        for module, others in IMPORTS.items()
        if room(module) == name
        for other in others
        if room(other) not in allowed and (module, other) not in TYPES_ONLY
    ]
    assert wrong == []


def test_exceptions_are_still_needed() -> None:
    assert [pair for pair in TYPES_ONLY if pair[1] not in IMPORTS[pair[0]]] == []


def check_circles(imports: Mapping[str, frozenset[str]]) -> None:
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way[way.index(module) :], module))
        if module in done:
            return
        for other in imports[module]:
            visit(other, (*way, module))
        done.add(module)

    for module in imports:
        visit(module, ())


def test_nothing_imports_in_a_circle() -> None:
    check_circles(
        {
            # What the package offers at its top is imported when it is asked for.
            module: frozenset(
                n for n in others if n != "hotreload" and (module, n) not in TYPES_ONLY
            )
            for module, others in IMPORTS.items()
        }
    )


def test_nothing_in_the_runtime_imports_in_a_circle() -> None:
    sources = {path.resolve() for folder in TYPESCRIPT for path in folder.rglob("*.ts")}
    imports = {}
    for path in sources:
        named = re.findall(r"""from '(\.[^']+)'""", path.read_text("utf-8"))
        imports[str(path)] = frozenset(
            str(other) for name in named if (other := (path.parent / name).resolve()) in sources
        )
    assert sum(map(len, imports.values())) > 100
    check_circles(imports)


def test_each_room_says_what_it_is() -> None:
    for name in ROOMS:
        assert ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text("utf-8"))), (
            name
        )


def test_no_file_has_two_jobs() -> None:
    paths = [*MODULES.values(), *(path for folder in TYPESCRIPT for path in folder.rglob("*.ts"))]
    lines = {str(path): len(path.read_text("utf-8").splitlines()) for path in paths}
    assert {path: length for path, length in lines.items() if length > LONGEST} == {}
