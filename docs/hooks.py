"""What MkDocs is told beyond mkdocs.yml: the commands' options, and pages for links out of docs/.

On a code host `../examples/…` leads to the file; in the built site, to a page that shows it.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from hotreload.cli import cli
from hotreload.cli.options import common_options

ROOT = Path(__file__).parent.parent
# They stand at the top of the repository, where readers look for them, and are pages here.
PAGES = ("SECURITY.md", "CHANGELOG.md")
_OUTSIDE = re.compile(r"\]\(\.\./([^)#\s]+)(#[^)\s]*)?\)")
_INSIDE = re.compile(r"\]\(docs/([^)\s]+)\)")
_OPTIONS = re.compile(r"<!-- options: (\S+) -->")
_LANGUAGES = {
    ".py": "python",
    ".js": "js",
    ".ts": "ts",
    ".tsx": "tsx",
    ".html": "html",
    ".css": "css",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made here."""
    for name in PAGES:
        text = (ROOT / name).read_text("utf-8")
        text = _INSIDE.sub(r"](\1)", text)
        files.append(File.generated(config, name, content=text))
    pages = [p for p in files if p.is_documentation_page() and p.src_uri not in PAGES]
    # From a page in a folder of the documentation, one step up stays inside of it.
    pages = [page for page in pages if "/" not in page.src_uri]
    linked = {link[1] for page in pages for link in _OUTSIDE.finditer(page.content_string)}
    for target in sorted(linked - set(PAGES)):
        files.append(File.generated(config, _uri(target), content=_source(target)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links out of docs/ lead to those pages, and put the options in."""

    def inside(link: re.Match[str]) -> str:
        target = link[1]
        return f"]({target if target in PAGES else _uri(target)}{link[2] or ''})"

    if "/" not in page.file.src_uri:
        markdown = _OUTSIDE.sub(inside, markdown)
    return _OPTIONS.sub(lambda found: options_table(found[1]), markdown)


def options_table(command: str) -> str:
    """The options of a command that others don't have, or of "every" command, as Markdown."""
    common = _options(click.command()(common_options(lambda *_: None)))
    if command == "every":
        return _table(common)
    names = {option.name for option in common}
    found = cli.get_command(click.Context(cli), command)
    if found is None:
        raise ValueError(f"there is no command {command}")
    return _table(option for option in _options(found) if option.name not in names)


def _uri(target: str) -> str:
    return f"source/{target.rstrip('/')}.md"


def _source(target: str) -> str:
    """A page that shows a file, or every file of a folder."""
    path = ROOT / target
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    if not files:
        raise FileNotFoundError(f"documentation links to {target}, and there is no such file")
    shown = [f"# {target.rstrip('/')}"]
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        language = _LANGUAGES.get(file.suffix)
        if file.suffix == ".md" and file == path:
            shown.append(file.read_text("utf-8"))
        elif language is not None and "node_modules" not in file.parts:
            shown.append(f'````{language} title="{name}"\n{file.read_text("utf-8")}````')
    return "\n\n".join(shown) + "\n"


def _options(command: click.Command) -> list[click.Option]:
    return [option for option in command.params if isinstance(option, click.Option)]


def _table(options: Iterable[click.Option]) -> str:
    rows = "".join(f"| {_names(o)} | {_default(o)} | {o.help} |\n" for o in options)
    return f"| Option | Default | |\n|---|---|---|\n{rows}"


def _names(option: click.Option) -> str:
    value = "" if option.is_flag or option.count else f" {_metavar(option)}"
    names = [f"`{name}{value}`" for name in (*option.opts, *option.secondary_opts)]
    return ", ".join(names) + (", repeatable" if option.multiple else "")


def _metavar(option: click.Option) -> str:
    if option.metavar is not None:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    return "N" if option.type.name.startswith("integer") else (option.name or "").upper()


def _default(option: click.Option) -> str:
    default = option.default
    if option.multiple or option.count or not isinstance(default, str | int | float):
        return ""
    return ("on" if default else "off") if isinstance(default, bool) else f"`{default}`"
