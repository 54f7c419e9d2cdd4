"""Opening a file in the user's editor: a command, as a list, and no shell."""

import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

# What each editor wants to be told, by its command's name; others get the file alone.
_KNOWN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("code", "code-insiders", "codium", "cursor", "windsurf"),
        ("--goto", "{file}:{line}:{column}"),
    ),
    **dict.fromkeys(("subl", "zed", "hx", "atom", "micro"), ("{file}:{line}:{column}",)),
    **dict.fromkeys(
        ("idea", "pycharm", "webstorm", "phpstorm", "rubymine", "goland", "clion"),
        ("--line", "{line}", "--column", "{column}", "{file}"),
    ),
    **dict.fromkeys(("emacs", "emacsclient", "gedit"), ("+{line}:{column}", "{file}")),
    **dict.fromkeys(("vim", "nvim", "gvim", "mvim", "vi"), ("+{line}", "{file}")),
    **dict.fromkeys(("kate", "kwrite"), ("--line", "{line}", "--column", "{column}", "{file}")),
    "notepad++": ("-n{line}", "-c{column}", "{file}"),
    "mate": ("--line", "{line}:{column}", "{file}"),
    "bbedit": ("+{line}", "{file}"),
}
_PLACE = re.compile(r"\{(file|line|column)\}")
# A batch file's arguments are read again by cmd.exe, whatever the list says.
_BATCH = (".cmd", ".bat")
_CMD_SIGNS = re.compile(r'["%&|<>^!\r\n]')


class EditorError(Exception):
    """A command that opens no file: one line that says why."""


def parse_editor(text: str) -> tuple[str, ...]:
    """The command of a setting such as ``code`` or ``myeditor --at {line} {file}``.

    Raises:
        EditorError: it is empty, its quotes don't match, or there is no such program.
    """
    try:
        words = shlex.split(text, posix=sys.platform != "win32")
    except ValueError as error:
        raise EditorError(f"the editor {text!r} can't be read: {error}") from None
    if not words:
        raise EditorError("the editor is empty: name a command, such as --editor code")
    program = shutil.which(words[0])
    if program is None:
        raise EditorError(f"there is no program {words[0]!r} to open files with")
    arguments = words[1:]
    if not any("{file}" in argument for argument in arguments):
        arguments += _KNOWN.get(Path(words[0]).stem.lower(), ("{file}",))
    return program, *arguments


def editor_command(editor: Sequence[str], file: Path, line: int, column: int) -> list[str]:
    """The command that opens a file at a place.

    Args:
        editor: as from :func:`parse_editor`.
        file: an absolute path, which therefore can't be taken for an option.
        line: 1-based.
        column: 1-based.

    Raises:
        EditorError: the path holds what a batch file would take for a command.
    """
    if editor[0].lower().endswith(_BATCH) and _CMD_SIGNS.search(str(file)):
        raise EditorError(f"{file} can't be handed to {Path(editor[0]).name} safely")
    values = {"file": str(file), "line": str(line), "column": str(column)}
    program, *arguments = editor
    return [program, *(_PLACE.sub(lambda m: values[m[1]], argument) for argument in arguments)]


def launch(command: Sequence[str]) -> None:
    """Run an editor on its own, and don't wait for it.

    Raises:
        EditorError: it can't be run.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise EditorError(f"{command[0]} can't be run: {error.strerror or error}") from None
    # So that the system may forget it when it ends.
    threading.Thread(target=process.wait, name="hotreload-editor", daemon=True).start()
