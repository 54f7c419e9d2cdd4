"""One gate: no other module of the package opens a file of the project."""

import ast
from pathlib import Path

import hotreload

# Who opens files, and which: never by a path that a request or a project names, but for the gate.
OPENERS = {
    "project/files.py": "the gate",
    "project/identity.py": "the server's own state",
    "project/settings.py": "the configuration of the folder the command was given in",
    "web/client.py": "the package's own runtime",
    "watch/polling.py": "the system's table of mounts",
    "hosts/certificate.py": "the server's own authority, in the user's state folder",
    "hosts/inspector/answers.py": "the package's own page, by a fixed table",
    "site/dependencies.py": "what plugins depend on: hashed, and never shown",
    "plugins/view.py": "nothing: it has methods that are called so, and they ask the gate",
    "cli/mkdocs_config.py": "the configuration that MkDocs is run with",
    "cli/serving.py": "nothing: it opens the page in the browser",
    "project/rendered.py": "what the app renders its pages from, only to hash it",
    "hosts/broker/publisher.py": "what the user told it to publish",
    "hosts/broker/replica.py": "its own copies of what was published, below what is watched",
    "hosts/asgi/bases.py": "rendered pages, in the server's own state",
    "plugins/languages/engine_process.py": "the package's own bundles",
    "project/environment.py": "the project's .env files, of which pages get what is meant for them",
    "watch/source_polling.py": "what is watched, only to hash it",
    "site/kept_shapes.py": "the server's own state: what long modules export",
    "cli/zensical.py": "the configuration that Zensical is run with",
    "hosts/broker/remembered.py": "the server's own state: what it has published",
    "watch/checkout.py": "where a git worktree says that its repository is",
    "plugins/languages/installed_version.py": "a version, which a problem may name",
    "plugins/languages/typescript/tsconfig.py": "settings of TypeScript, never shown",
    "hosts/asgi/failures.py": "the source around a line of the app's traceback",
}
# A method of that name, which asks what the component was given.
BY_ITS_SOURCE = {"plugins/languages/block_styles.py"}
THROUGH_THE_GATE = {"web/sources.py", "web/pages.py"}
# Builders and integrations run what the user told them to, and read what that made.
BUILDERS = ("hosts/rebuild/", "hosts/generators/", "livereload.py")
# Runs the command that the user named with --editor, and only where they did: see test_editor.py.
EDITOR = "web/editor.py"
# One runs only our own bundles, the other only a line of its own, which compiles and never calls.
ENGINES = {"plugins/languages/engine_process.py", "transform/check.py"}
# Starts a process of the package's own, for each of its compilers.
PROCESSES = {"plugins/languages/engine.py"}
OPENING = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "sendfile"}
RUNNING = {"eval", "exec", "compile", "system", "popen", "Popen", "check_output", "check_call"}


def calls(source: str) -> set[str]:
    """The names of what a module calls."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
                case _:
                    pass
    return found


def modules() -> dict[str, str]:
    package = Path(hotreload.__file__).parent
    return {
        path.relative_to(package).as_posix(): path.read_text("utf-8")
        for path in package.rglob("*.py")
    }


def test_the_eyes_of_this_test_are_open() -> None:
    assert calls("import os\nos.open(x)") & OPENING
    assert calls("Path(x).read_text()") & OPENING


def test_only_the_gate_opens_files_of_the_project() -> None:
    found = {name: text for name, text in modules().items() if not name.startswith(BUILDERS)}
    openers = {name for name, source in found.items() if calls(source) & OPENING}
    assert openers <= OPENERS.keys() | THROUGH_THE_GATE | BY_ITS_SOURCE
    for name in THROUGH_THE_GATE:
        assert "site.files.open(" in found[name]
        assert found[name].count(".open(") == found[name].count("site.files.open(")


def test_nothing_in_the_server_runs_code() -> None:
    for name, source in modules().items():
        if name.startswith(BUILDERS) or name in {EDITOR, *PROCESSES}:
            continue
        ran = calls(source) & RUNNING
        # `re.compile` and the like, and engines of JavaScript: one that runs only our own bundle.
        assert ran <= {"compile", "eval"}, (name, ran)
        assert "eval" not in ran or name in ENGINES, name
        assert "import subprocess" not in source, name
