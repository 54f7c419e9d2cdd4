"""A package outside of what is served: nothing comes with it, and nobody else can ask for it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.fort import Fort, build
from tests.security.wire import MARK, MODULE


@pytest.fixture
def fort(tmp_path: Path) -> Iterator[Fort]:
    packages = {"lib": "export const lib = 1;", "other": f"export const secret = '{MARK}';"}
    for name, text in packages.items():
        home = tmp_path / "packages" / name
        home.mkdir(parents=True)
        (home / "package.json").write_text(json.dumps({"name": name, "main": "index.js"}))
        (home / "index.js").write_text(text)
        link = tmp_path / "node_modules" / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(home, target_is_directory=True)
    lib = tmp_path / "packages/lib"
    for name in (".env", ".git/config", "server.key", "setup.py"):
        (lib / name).parent.mkdir(exist_ok=True)
        (lib / name).write_text(MARK)
    (lib / "up").symlink_to("..")
    (lib / "secret.js").symlink_to("../other/index.js")
    (tmp_path / "node_modules/etc").symlink_to("/etc")
    (tmp_path / "node_modules/all").symlink_to(tmp_path)
    (tmp_path / "package.json").write_text("{}")
    with build(tmp_path) as fort:
        yield fort


def home_of(fort: Fort) -> str:
    fort.project.write({"uses.js": "import { lib } from 'lib'; export default lib;"})
    answer = fort.ask("/uses.js", MODULE)
    found = re.search(
        r'"(/@packages/[^"]+)/index\.js"|\'(/@packages/[^\']+)/index\.js\'', answer.text
    )
    assert found, answer.text
    return found[1] or found[2]


def test_nothing_is_there_before_a_script_imports_it(fort: Fort) -> None:
    home = home_of(fort)
    assert fort.ask(f"{home}/index.js", MODULE).status == 200
    fort.project.stop()
    fort.project.start()
    fort.refuses(f"{home}/index.js", MODULE)
    assert home_of(fort) == home


def test_only_the_package_is_served_and_of_it_what_may_be(fort: Fort) -> None:
    home = home_of(fort)
    folder = home.rpartition("/")[0]
    for path in (
        *(f"{home}/.env", f"{home}/.git/config", f"{home}/server.key", f"{home}/setup.py"),
        *(f"{home}/up/other/index.js", f"{home}/secret.js", f"{home}/../other/index.js"),
        *(f"{home}/%2e%2e/other/index.js", f"{home}%2f..%2fother/index.js", f"{home}//index.js"),
        *(f"{folder}/other/index.js", f"{folder}/", f"{home}x/index.js", "/@packages/"),
        *(f"/@packages/../{home}/index.js", f"{home.upper()}/index.js"),
    ):
        for query in ("", "?raw", "?exports", "?commonjs"):
            fort.refuses(path + query, MODULE)


@pytest.mark.parametrize("name", ["etc/passwd", "all/packages/other/index.js", "../packages/other"])
def test_what_is_no_package_is_not_opened_by_an_import(fort: Fort, name: str) -> None:
    fort.project.write({"uses.js": f"import '{name}';"})
    answer = fort.ask("/uses.js", MODULE)
    assert answer.status == 500
    fort.keeps_secrets(answer)


def test_nobody_else_can_ask_for_it(fort: Fort) -> None:
    home = home_of(fort)
    foreign = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "script",
    }
    assert fort.ask(f"{home}/index.js", foreign).status == 403
    assert fort.ask(f"{home}/index.js", MODULE, host="evil.example").status == 403
