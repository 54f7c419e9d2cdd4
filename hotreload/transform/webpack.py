"""`module.hot`, as code for webpack has it, becomes `import.meta.webpackHot`: webpack knows both.

An ES module has no `module`: without this the name would be an error.
"""

import re

from hotreload.transform.lexer import LexError, words
from hotreload.transform.lexer_tokens import SPACE, WORD_END, CodeWalker

_HOT = re.compile(rf"module{SPACE}(?:\?\.|\.){SPACE}hot{WORD_END}")
_TYPEOF = re.compile(r"(?<![\w$.])typeof[ \t]+\Z")
# What binds the name, or may: then it is the module's own.
_BOUND = re.compile(
    r"\b(?:const|let|var|class|import|function\s*\*?)\s+module\b|\bas\s+module\b|\bmodule\s*=>"
    r"|[{,(]\s*module\s*[,)}=:]"
)


def replace_module_hot(source: str) -> str:
    """A module's source, with webpack's name for its hot object in ES modules; lines stay.

    Args:
        source: JavaScript without JSX and types.
    """
    if "hot" not in source or not _HOT.search(source) or _BOUND.search(source):
        return source
    keeps_typeof = "module.exports" in source
    parts: list[str] = []
    done = 0
    walker = CodeWalker(source)
    try:
        for position in words(source, "module"):
            if not walker.seek(position) or walker.is_property(position):
                continue
            hot = _HOT.match(source, position)
            asked = _TYPEOF.search(source, max(done, position - 20), position)
            if hot is not None:
                lines = "\n" * hot[0].count("\n")
                parts += [source[done:position], f"import.meta.webpackHot{lines}"]
                done = hot.end()
            elif asked is not None and not keeps_typeof:
                parts += [source[done : asked.start()], '"object"']
                done = position + len("module")
    except LexError:
        # Who reads the module next says where.
        return source
    return "".join(parts) + source[done:]
