"""Markdown files as JavaScript modules: ``import html, { title } from './post.md'``."""

import json
import re

from markdown_it import MarkdownIt

from hotreload.plugins import Claim, Plugin, PluginError, Source

_INCLUDE = re.compile(r"^!include (\S+)$", re.M)
_TITLE = re.compile(r"^# (.+)$", re.M)


class Markdown(Plugin):
    claims = (Claim(".md", "script"),)

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark")

    def transform(self, code: str, source: Source) -> str:
        # What `source.read` reads counts as depended on: its edits bring this module up to date.
        text = _INCLUDE.sub(lambda line: source.read(line[1]), code)
        title = _TITLE.search(text)
        if title is None:
            raise PluginError("a post needs a title: a line that begins with '# '", line=1)
        html = self._markdown.render(text)
        return f"export const title = {json.dumps(title[1])};\nexport default {json.dumps(html)};\n"
