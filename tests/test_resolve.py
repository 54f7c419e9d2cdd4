"""Specifiers to URLs, with packages as Node.js documents them."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from hotreload.project.importmap import parse_import_map
from hotreload.project.packages import exports_target
from hotreload.project.resolve import External, Local, Resolver, UnresolvedError, folders


@dataclass
class Tree:
    """Files by URL path."""

    files: dict[str, str] = field(default_factory=dict)

    def is_file(self, url: str) -> bool:
        return url.partition("?")[0] in self.files

    def is_folder(self, url: str) -> bool:
        return any(name.startswith(url.rstrip("/") + "/") for name in self.files)

    def text(self, url: str) -> str:
        return self.files[url]

    def package(self, name: str, importer: str) -> str | None:
        homes = (f"{folder}/node_modules/{name}" for folder in folders(importer))
        return next((home for home in homes if self.is_folder(home)), None)

    def is_es_module(self, url: str) -> bool:
        return "export" in self.files.get(url, "")


def resolver(**packages: dict[str, Any]) -> Resolver:
    """A resolver for packages, given as manifest and files: ``p={"exports": …, "x.js": ""}``."""
    files = {"/main.js": "", "/sub/a.js": ""}
    for name, content in packages.items():
        home = "/node_modules/" + name.replace("__", "/")
        manifest = {key: value for key, value in content.items() if value != ""}
        files[f"{home}/package.json"] = json.dumps(manifest)
        files |= {f"{home}/{key}": "" for key, value in content.items() if value == ""}
    return Resolver(Tree(files))


@pytest.mark.parametrize(
    ("specifier", "importer", "url"),
    [
        ("./b.js", "/sub/a.js", "/sub/b.js"),
        ("../b.js", "/sub/a.js", "/b.js"),
        ("../../../b.js", "/sub/a.js", "/b.js"),
        ("/b.js", "/sub/a.js", "/b.js"),
        ("./b.js?raw", "/sub/a.js", "/sub/b.js?raw"),
        ("./b.js#part", "/sub/a.js", "/sub/b.js"),
        ("./\u00e9 t.js", "/a.js", "/%C3%A9%20t.js"),
        ("./%C3%A9.js", "/a.js", "/%C3%A9.js"),
        ("./[id].js", "/a.js", "/[id].js"),
    ],
)
def test_paths_are_read_against_the_module(specifier: str, importer: str, url: str) -> None:
    assert resolver().resolve(specifier, importer) == Local(url)


@pytest.mark.parametrize(
    "specifier",
    ["https://cdn.example/a.js", "http://x/a.js", "//cdn.example/a.js", "data:text/javascript,1"],
)
def test_other_servers_modules_are_left_alone(specifier: str) -> None:
    assert resolver().resolve(specifier, "/main.js") == External(specifier)


def test_source_may_write_the_base_or_not() -> None:
    based = Resolver(Tree(), "/app/")
    assert based.resolve("/app/b.js", "/main.js") == Local("/b.js")
    assert based.resolve("/b.js", "/main.js") == Local("/b.js")
    assert based.resolve("./b.js", "/sub/a.js") == Local("/sub/b.js")


def test_the_import_map_comes_before_packages_and_may_map_paths() -> None:
    mapped = resolver(p={"main": "./x.js", "x.js": ""})
    text = '{"imports": {"p": "/vendor/p.js", "q": "p", "/b.js": "https://cdn.example/b.js"}}'
    mapped.maps["/main.js"] = parse_import_map(text, "/")
    assert mapped.resolve("p", "/main.js") == Local("/vendor/p.js")
    assert mapped.resolve("./b.js", "/main.js") == External("./b.js")


@pytest.mark.parametrize(
    ("package", "specifier", "target"),
    [
        ({"main": "./x.js", "x.js": ""}, "p", "x.js"),
        ({"main": "x.js", "x.js": ""}, "p", "x.js"),
        ({"main": "x", "x.js": ""}, "p", "x.js"),
        ({"main": "lib", "lib/index.js": ""}, "p", "lib/index.js"),
        ({"module": "./m.js", "main": "./x.js", "m.js": "", "x.js": ""}, "p", "m.js"),
        ({"browser": "./b.js", "main": "./x.js", "b.js": "", "x.js": ""}, "p", "b.js"),
        ({"index.js": ""}, "p", "index.js"),
        ({"x.js": ""}, "p/x.js", "x.js"),
        ({"x.js": ""}, "p/x", "x.js"),
        ({"lib/index.js": ""}, "p/lib", "lib/index.js"),
        ({"exports": "./x.js", "main": "./no.js", "x.js": ""}, "p", "x.js"),
        ({"exports": {".": "./x.js", "./y": "./y.js", "x.js": "", "y.js": ""}}, "p", None),
        ({"exports": {"import": "./m.js", "default": "./x.js"}, "m.js": ""}, "p", "m.js"),
        (
            {"exports": {"require": "./c.js", "node": "./n.js", "default": "./x.js"}, "x.js": ""},
            "p",
            "x.js",
        ),
        (
            {"exports": {"browser": {"import": "./b.js"}, "default": "./x.js"}, "b.js": ""},
            "p",
            "b.js",
        ),
        (
            {"exports": {"browser": {"require": "./b.js"}, "default": "./x.js"}, "x.js": ""},
            "p",
            "x.js",
        ),
        (
            {"exports": {"development": "./d.js", "production": "./p.js"}, "d.js": ""},
            "p",
            "d.js",
        ),
        ({"exports": {"./y": {"import": "./y.mjs"}}, "y.mjs": ""}, "p/y", "y.mjs"),
        ({"exports": {"./f/*": "./src/*.js"}, "src/a/b.js": ""}, "p/f/a/b", "src/a/b.js"),
        ({"exports": {"./f/*.js": "./src/*.mjs"}, "src/a.mjs": ""}, "p/f/a.js", "src/a.mjs"),
        (
            {"exports": {"./*": "./no/*", "./f/*": "./src/*"}, "src/a.js": ""},
            "p/f/a.js",
            "src/a.js",
        ),
        ({"exports": {"./*": "./*", "./a": "./exact.js"}, "exact.js": ""}, "p/a", "exact.js"),
        ({"exports": {"./*": "./x/*/*.js"}, "x/a/a.js": ""}, "p/a", "x/a/a.js"),
        ({"exports": {".": [{"import": "./m.js"}, "./x.js"]}, "x.js": "", "m.js": ""}, "p", "m.js"),
    ],
)
def test_packages_give_their_files(
    package: dict[str, Any], specifier: str, target: str | None
) -> None:
    if target is None:
        with pytest.raises(UnresolvedError):
            resolver(p=package).resolve(specifier, "/main.js")
    else:
        assert resolver(p=package).resolve(specifier, "/main.js") == Local(
            f"/node_modules/p/{target}"
        )


def test_scoped_packages_and_their_subpaths() -> None:
    package: dict[str, Any] = {"exports": {".": "./x.js", "./y": "./y.js"}, "x.js": "", "y.js": ""}
    scoped = resolver(**{"@s__p": package})
    assert scoped.resolve("@s/p", "/main.js") == Local("/node_modules/@s/p/x.js")
    assert scoped.resolve("@s/p/y", "/main.js") == Local("/node_modules/@s/p/y.js")


@pytest.mark.parametrize(
    ("package", "specifier", "says"),
    [
        (
            {"exports": {".": "./x.js"}, "x.js": "", "y.js": ""},
            "p/y.js",
            'does not export "./y.js"',
        ),
        ({"exports": {"./f/*": None, "./*": "./*"}, "f/a.js": ""}, "p/f/a.js", "does not export"),
        ({"exports": {".": {"require": "./x.js"}}, "x.js": ""}, "p", 'does not export "."'),
        ({"exports": {".": "../../main.js"}}, "p", "does not export"),
        ({"exports": {".": "./../../main.js"}}, "p", "leads out of its package"),
        ({"exports": {"./*": "./*"}}, "p/%2e%2e/x.js", ""),
        ({"main": "./gone.js"}, "p", "/node_modules/p/gone.js, which does not exist"),
        ({"main": "../../main.js"}, "p", "leads out of its package"),
    ],
)
def test_what_a_package_does_not_give_is_an_error_that_says_so(
    package: dict[str, Any], specifier: str, says: str
) -> None:
    with pytest.raises(UnresolvedError) as error:
        resolver(p=package).resolve(specifier, "/main.js")
    assert says in str(error.value)


@pytest.mark.parametrize("specifier", ["", "@s", "p//x.js", "p/../q", "p/./x.js", "@/x", "p//"])
def test_a_name_that_no_package_can_have_is_an_error(specifier: str) -> None:
    with pytest.raises(UnresolvedError, match="not a valid package"):
        resolver(p={"x.js": ""}).resolve(specifier, "/main.js")


def test_a_missing_package_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(UnresolvedError, match="npm install lit-element"):
        resolver().resolve("lit-element/x.js", "/main.js")


def test_a_manifest_that_is_no_json_is_an_error_that_names_it() -> None:
    broken = Resolver(Tree({"/node_modules/p/package.json": "{", "/node_modules/p/index.js": ""}))
    for _ in range(2):
        with pytest.raises(UnresolvedError, match=r"/node_modules/p/package\.json is not JSON"):
            broken.resolve("p", "/main.js")


def test_the_nearest_node_modules_wins() -> None:
    tree = Tree(
        {
            "/node_modules/p/index.js": "",
            "/node_modules/q/index.js": "",
            "/node_modules/q/node_modules/p/index.js": "",
            "/sub/node_modules/p/index.js": "",
        }
    )
    nested = Resolver(tree)
    q = "/node_modules/q/index.js"
    assert nested.resolve("p", "/main.js") == Local("/node_modules/p/index.js")
    assert nested.resolve("p", "/sub/deep/a.js") == Local("/sub/node_modules/p/index.js")
    assert nested.resolve("p", q) == Local("/node_modules/q/node_modules/p/index.js")
    assert nested.resolve("q", q) == Local(q)


def test_a_package_may_import_itself_and_its_siblings() -> None:
    pair = resolver(p={"index.js": "", "in/x.js": ""}, q={"index.js": ""})
    inside = "/node_modules/p/in/x.js"
    assert pair.resolve("q", inside) == Local("/node_modules/q/index.js")
    assert pair.resolve("p", inside) == Local("/node_modules/p/index.js")


def test_an_installed_package_is_seen_once_packages_are_forgotten() -> None:
    tree = Tree({"/main.js": ""})
    late = Resolver(tree)
    with pytest.raises(UnresolvedError):
        late.resolve("p", "/main.js")
    tree.files["/node_modules/p/package.json"] = '{"main": "a.js"}'
    tree.files["/node_modules/p/a.js"] = ""
    assert late.resolve("p", "/main.js") == Local("/node_modules/p/a.js")
    tree.files["/node_modules/p/package.json"] = '{"main": "b.js"}'
    tree.files["/node_modules/p/b.js"] = ""
    late.forget_packages()
    assert late.resolve("p", "/main.js") == Local("/node_modules/p/b.js")


def test_the_first_target_of_a_list_that_exists_is_taken() -> None:
    manifest = {"exports": {".": ["./a.js", "./b.js"]}}
    assert exports_target(manifest, ".", lambda path: path == "./b.js") == "./b.js"
    assert exports_target(manifest, ".", lambda path: False) is None


def test_package_imports_are_resolved_by_the_package_they_stand_in() -> None:
    imports = {"#x": {"node": "./no.js", "default": "./x.js"}, "#q": "q", "#in/*": "./in/*.js"}
    own = resolver(
        p={"imports": imports, "lib/a.js": "", "x.js": "", "in/y.js": ""}, q={"index.js": ""}
    )
    inside = "/node_modules/p/lib/a.js"
    assert own.resolve("#x", inside) == Local("/node_modules/p/x.js")
    assert own.resolve("#in/y", inside) == Local("/node_modules/p/in/y.js")
    assert own.resolve("#q", inside) == Local("/node_modules/q/index.js")


@pytest.mark.parametrize("imports", [{}, {"#x": "#x"}, {"#x": "../../main.js"}, {"#x": None}, []])
def test_a_package_import_that_leads_nowhere_is_an_error(imports: object) -> None:
    own = resolver(p={"imports": imports, "index.js": ""})
    with pytest.raises(UnresolvedError, match="not among the imports of /node_modules/p/package"):
        own.resolve("#x", "/node_modules/p/index.js")
