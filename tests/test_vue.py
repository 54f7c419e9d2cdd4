"""Vue's components in the pipeline, without a browser."""

import logging
import os
from pathlib import Path

import pytest

from hotreload.plugins.languages import vue
from hotreload.plugins.languages.vue.compiler import VueCompiler
from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.problems import ProblemError
from hotreload.site import Site


def _site(root: Path, files: dict[str, str]) -> Site:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Site(ProjectFiles((Mount("/", root.resolve()),)), "/")


def _problem(site: Site, url: str = "/A.vue") -> str:
    with pytest.raises(ProblemError) as raised:
        site.sources.read(url, "style" if url.endswith("css") else "script")
    return str(raised.value.problem)


def test_an_edit_of_a_style_is_none_of_the_module(tmp_path: Path) -> None:
    text = "<template><b>a</b></template>\n<style scoped>\nb { color: red }\n</style>\n"
    site = _site(tmp_path, {"A.vue": text})
    before = site.sources.read("/A.vue", "script")
    assert "b[data-v-" in site.sources.read("/A.vue.0.vuecss", "style").data.decode()
    _site(tmp_path, {"A.vue": text.replace("red", "blue")})
    assert site.sources.read("/A.vue", "script").hash == before.hash
    assert "blue" in site.sources.read("/A.vue.0.vuecss", "style").data.decode()
    assert not site.sources.exists("/A.vue.1.vuecss")
    assert not site.sources.exists("/B.vue.0.vuecss")


def test_mistakes_are_told_in_the_file_that_has_them(tmp_path: Path) -> None:
    site = _site(
        tmp_path,
        {
            "A.vue": "<script>\nimport x from 'x';\n</script>\n\n<template lang='pug'>b</template>",
            "B.vue": "<script setup lang='coffee'>\na = 1\n</script>",
            "C.vue": "<template src='./c.html'></template>\n<style src='./c.css' scoped></style>",
            "D.vue": "<template src='./gone.html'></template>",
            "E.vue": "<style lang='stylus'>\na\n</style><template>e</template>",
            "c.html": "<p>\n<i>\n</p>",
            "c.css": "p {\n  color red\n}",
        },
    )
    assert _problem(site).startswith('/A.vue:5:22: lang="pug" is not supported')
    assert _problem(site, "/B.vue").startswith('/B.vue:1:29: lang="coffee" is not supported')
    assert _problem(site, "/C.vue").startswith("/c.html:2:1: Element is missing end tag.")
    assert _problem(site, "/C.vue.0.vuecss").startswith("/c.css:2:3: Unknown word")
    assert _problem(site, "/D.vue").startswith("/D.vue:1:1: there is no file /gone.html")
    assert 'lang="stylus" is not supported' in _problem(site, "/E.vue.0.vuecss")


def test_a_vue_that_is_too_old_and_warnings_are_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    package = '{"name": "vue", "version": "3.4.2", "module": "index.js"}'
    site = _site(
        tmp_path,
        {
            "A.vue": "<template><b>a</b></template>",
            "node_modules/vue/package.json": package,
            "node_modules/vue/index.js": "",
        },
    )
    with caplog.at_level(logging.WARNING, "hotreload"):
        site.sources.read("/A.vue", "script")
        _site(tmp_path, {"A.vue": "<template><b>b</b></template>"})
        site.sources.read("/A.vue", "script")
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 1
    assert "vue 3.4.2, and components are compiled for 3.5" in messages[0]


def test_paths_of_a_tsconfig_lead_components_too(tmp_path: Path) -> None:
    site = _site(
        tmp_path,
        {
            "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
            "src/A.vue": "<script setup>\nimport b from '@/b';\n</script>",
            "src/b.ts": "export default 1",
        },
    )
    site.sources.read("/src/A.vue", "script")
    assert str(site.sources.resolve("@/b", None, "/src/A.vue")) == "Local(url='/src/b.ts')"


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "py_mini_racer.py").write_text("raise ImportError('not installed')")
    monkeypatch.syspath_prepend(os.fspath(hidden))
    monkeypatch.setattr(vue, "vue_compiler", VueCompiler)
    site = _site(tmp_path / "site", {"A.vue": "<template>a</template>"})
    assert "pip install 'hotreload-server[vue]'" in _problem(site)
