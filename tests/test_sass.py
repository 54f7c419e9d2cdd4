"""Sass in the pipeline, without a browser."""

import base64
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload.plugins.languages import engine
from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.settings import SettingsError, parse_load_path
from hotreload.site import Site

Made = Callable[..., Site]


@pytest.fixture
def make(tmp_path: Path) -> Made:
    def site(files: dict[str, str], load_paths: tuple[str, ...] = ()) -> Site:
        write(tmp_path, files)
        return Site(ProjectFiles((Mount("/", tmp_path.resolve()),)), "/", (), load_paths)

    return site


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def css(site: Site, url: str = "/a.scss") -> str:
    """What a browser gets, without the map, in one line."""
    text = site.sources.read(url, "style").data.decode()
    return " ".join(text.partition("/*# sourceMappingURL")[0].split())


def problem(site: Site, url: str = "/a.scss") -> Problem:
    with pytest.raises(ProblemError) as raised:
        site.sources.read(url, "style")
    return raised.value.problem


@pytest.mark.parametrize(
    ("rule", "file"),
    [
        ("@use 'x'", "_x.scss"),
        ("@use 'x'", "x.sass"),
        ("@use 'x.scss'", "_x.scss"),
        ("@use 'x'", "x/_index.scss"),
        ("@use './sub/../x'", "_x.css"),
        ("@use '/x'", "_x.scss"),
        ("@use 'with%20space/x'", "with space/_x.scss"),
        ("@use 'ü/x'", "ü/_x.scss"),
        ("@forward 'x'", "_x.scss"),
        ("@import 'x'", "_x.scss"),
        ("@import 'gone.css', 'x'", "_x.scss"),
        ("@import 'x'", "x.import.scss"),
        ("@use 'x'", "shared/_x.scss"),
        ("@use 'pack/x'", "node_modules/pack/_x.scss"),
        ("@use 'pack/scss/x'", "node_modules/pack/scss/_x.scss"),
        ("@use 'pkg:pack/x'", "node_modules/pack/_x.scss"),
        ("@use 'pkg:@own/pack/x'", "node_modules/@own/pack/x.scss"),
        ("@include meta.load-css('x')", "_x.scss"),
    ],
)
def test_where_rules_lead(make: Made, rule: str, file: str) -> None:
    body = ".x\n  y: z\n" if file.endswith(".sass") else ".x { y: z }"
    packages = {f"node_modules/{name}/package.json": "{}" for name in ("pack", "@own/pack")}
    site = make({"a.scss": f"@use 'sass:meta'; {rule};", file: body, **packages}, ("/shared/",))
    assert css(site).endswith(".x { y: z; }")


@pytest.mark.parametrize(
    ("manifest", "file"),
    [
        ({"sass": "scss/main.scss"}, "scss/main.scss"),
        ({"style": "./dist/main.css"}, "dist/main.css"),
        ({}, "_index.scss"),
        ({"exports": {"sass": "./in/x.scss", "default": "./x.js"}}, "in/x.scss"),
        ({"exports": {".": {"import": "./x.js", "style": "./x.css"}}}, "x.css"),
    ],
)
def test_what_a_package_gives(make: Made, manifest: dict[str, object], file: str) -> None:
    home = "node_modules/pack/"
    site = make(
        {
            "a.scss": "@use 'pkg:pack';",
            f"{home}package.json": json.dumps(manifest),
            home + file: ".x { y: z }",
        }
    )
    assert css(site) == ".x { y: z; }"


def test_two_that_may_be_meant_are_a_problem(make: Made) -> None:
    site = make({"a.scss": "b { c: d }\n@import 'x';", "_x.scss": "", "x.sass": ""})
    found = problem(site)
    assert (found.owner, found.line, found.column) == ("/a.scss", 2, 9)
    assert "it may mean any of /x.sass, /_x.scss: name one" in found.message


def test_a_problem_is_at_its_place(make: Made, tmp_path: Path) -> None:
    site = make({"a.scss": "@use 'b';", "_b.scss": "/* 😀 */ .x { y: 1px + 1s }\n"})
    found = problem(site)
    assert (found.owner, found.line, found.column) == ("/_b.scss", 1, 18)
    assert "incompatible units" in found.message
    assert "> 1 | /* 😀 */ .x { y: 1px + 1s }" in found.frame
    write(tmp_path, {"_b.scss": ".x { y: 1px + 1px }"})
    assert css(site) == ".x { y: 2px; }"


def test_what_is_not_served_is_not_read(make: Made, tmp_path: Path) -> None:
    write(tmp_path.parent, {"_out.scss": ".secret { y: z }"})
    site = make({"a.scss": "", ".hidden/_x.scss": ".secret { y: z }"})
    (tmp_path / "_link.scss").symlink_to(tmp_path.parent / "_out.scss")
    for address in ("../out", "/../out", "link", ".hidden/x", "file:///etc/passwd", "x:y"):
        write(tmp_path, {"a.scss": f"@use '{address}' as b;"})
        assert "Can't find stylesheet to import" in problem(site).message, address


def test_the_map_leads_to_all_sources(make: Made) -> None:
    sources = {"/a.scss": "@use 'sub/b';\n.a { c: d }\n", "/sub/_b.scss": ".b { e: f }\n"}
    site = make({url[1:]: text for url, text in sources.items()})
    text = site.sources.read("/a.scss", "style").data.decode()
    found = json.loads(base64.b64decode(text.rpartition("base64,")[2].removesuffix(" */")))
    assert dict(zip(found["sources"], found["sourcesContent"], strict=True)) == sources


def test_warnings_are_said_once(
    make: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = make({"a.scss": "@warn 'look out';\n.a { b: c }"})
    with caplog.at_level(logging.WARNING, "hotreload"):
        css(site)
        write(tmp_path, {"a.scss": "@warn 'look out';\n.a { b: d }"})
        css(site)
    assert [record.getMessage() for record in caplog.records] == ["/a.scss:1: look out"]


def test_what_never_ends_is_ended(
    make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make({"a.scss": ".a { b: c }"})
    css(site)
    monkeypatch.setattr(engine, "_SECONDS", 0.5)
    write(tmp_path, {"a.scss": "@while true {}"})
    assert "it came to no end within" in problem(site).message
    monkeypatch.undo()
    write(tmp_path, {"a.scss": ".a { b: d }"})
    assert css(site) == ".a { b: d; }"


def test_a_load_path_is_a_folder_that_is_served(tmp_path: Path) -> None:
    root, beside = tmp_path.resolve() / "site", tmp_path.resolve() / "styles"
    for folder in (root / "in ner", beside / "base"):
        folder.mkdir(parents=True)
    mounts = (Mount("/shared/", beside), Mount("/", root))
    assert parse_load_path(str(root / "in ner"), mounts) == "/in%20ner"
    assert parse_load_path(str(root), mounts) == "/"
    assert parse_load_path(str(beside / "base"), mounts) == "/shared/base"
    with pytest.raises(SettingsError, match=r"is not: serve it \(--mount"):
        parse_load_path(str(beside), mounts[1:])
    with pytest.raises(SettingsError, match="there is no folder"):
        parse_load_path(str(root / "gone"), mounts)
