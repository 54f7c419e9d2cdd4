"""What packages have replaced in browsers: as esbuild reads their ``browser`` field."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.resolve import EMPTY, Local, Resolver, UnresolvedError
from hotreload.site.installed import Installed
from tests.node import node

ESBUILD = Path(__file__).parents[1] / "client-runtime/node_modules/esbuild/bin/esbuild"
HOME = "node_modules/p"
FILES = ("index.js", "a.js", "b.js", "lib/index.js", "lib/c.js", "browser/x.js", "main.js")
INSIDE = (
    "./a",
    "./a.js",
    "./b.js",
    "./lib",
    "./lib/c",
    "./lib/index.js",
    "./gone",
    "q",
    "q/in.js",
    "r",
)
OUTSIDE = ("p", "p/a", "p/a.js", "p/lib", "p/lib/c.js", "p/browser/x")
keys = st.sampled_from(
    [
        "./a.js",
        "./a",
        "a.js",
        "./b.js",
        "./lib/index.js",
        "./lib/c.js",
        "./index.js",
        "q",
        "q/in.js",
        "r",
    ]
)
values = st.sampled_from(["./b.js", "./b", "./browser/x.js", "./browser/x", False, "q"])
# One file by two names would be a question of their order.
tables = st.dictionaries(keys, values, max_size=3).filter(
    lambda table: len(table.keys() & {"./a.js", "./a", "a.js"}) < 2
)
manifests = st.fixed_dictionaries(
    {},
    optional={
        "browser": st.one_of(tables, st.sampled_from(["./browser/x.js", "browser/x", "./lib"])),
        "main": st.sampled_from(["./a.js", "a", "./lib", "index.js"]),
    },
)


def write(root: Path, manifest: dict[str, Any]) -> None:
    for name in FILES:
        path = root / HOME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("export {}")
    (root / HOME / "package.json").write_text(json.dumps(manifest))
    (root / "node_modules/q").mkdir()
    (root / "node_modules/q/index.js").write_text("export {}")
    (root / "node_modules/q/in.js").write_text("export {}")
    for place, specifiers in ((root, OUTSIDE), (root / HOME, INSIDE)):
        imports = "".join(f"import {json.dumps(s)};" for s in specifiers)
        (place / "entry.mjs").write_text(imports)


def theirs(root: Path, entry: str) -> dict[str, str | None]:
    """Where esbuild says that imports lead: "" for nothing, None where they fail."""
    done = subprocess.run(
        [
            *(node(), ESBUILD, entry, "--bundle", "--platform=browser", "--outdir=out"),
            *("--metafile=meta.json", "--log-limit=0", "--log-level=error", "--format=esm"),
            *("--main-fields=browser,module,main", "--external:r"),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode != 0:
        failed = [line for line in done.stderr.splitlines() if "Could not resolve" in line]
        assert failed, done.stderr
        names = {line.split('"')[1] for line in failed}
        path = root / entry
        text = path.read_text()
        path.write_text(
            "".join(f"{s};" for s in text.split(";") if s and s.split('"')[1] not in names)
        )
        return {**theirs(root, entry), **dict.fromkeys(names)}
    meta = json.loads((root / "meta.json").read_text())
    return {
        found["original"]: "" if found["path"].startswith("(disabled):") else "/" + found["path"]
        for found in meta["inputs"][entry]["imports"]
        if not found.get("external")
    }


def ours(resolver: Resolver, specifier: str, importer: str) -> str | None:
    try:
        target = resolver.resolve(specifier, importer)
    except UnresolvedError:
        return None
    if target == EMPTY:
        return ""
    assert isinstance(target, Local)
    return target.url


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(manifests)
@example({"browser": {"./a.js": "./b.js", "q": False}, "main": "./a.js"})
@example({"browser": {"./lib/index.js": "./browser/x.js"}, "main": "./lib"})
@example({"browser": "./browser/x.js", "main": "./a.js"})
def test_the_browser_field_is_read_as_by_esbuild(manifest: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        write(root, manifest)
        resolver = Resolver(Installed(ProjectFiles((Mount("/", root),))))
        for entry in ("entry.mjs", f"{HOME}/entry.mjs"):
            for specifier, expected in theirs(root, entry).items():
                table = manifest.get("browser")
                if specifier == "p" and isinstance(table, dict) and "q" in table.values():
                    continue  # no package has another one for its entry, and esbuild no rule
                if expected is None:
                    continue
                found = ours(resolver, specifier, f"/{entry}")
                assert found == expected, (specifier, entry)
