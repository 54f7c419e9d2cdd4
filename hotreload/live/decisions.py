"""What plugins make of an update before it is sent, and what they hear of pages."""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial

from hotreload.live.changes import Changes
from hotreload.plugins import HotUpdate, Message, Reload
from hotreload.plugins.call import call
from hotreload.project.problems import ProblemError
from hotreload.site import Site

logger = logging.getLogger("hotreload")

# A key that is no file's, so that no file's being fine takes the problem away.
_PROBLEM = "hot_update of {}"
_DECISIONS = (list, tuple, set, frozenset, Reload)


def ask_plugins(
    site: Site,
    changes: Changes,
    files: frozenset[str],
    send: Callable[[str, object], None],
) -> tuple[Changes, str]:
    """Let plugins narrow, widen or replace an update.

    Args:
        site: the project, which takes note of what goes wrong.
        changes: what the batch means so far.
        files: URL paths of the files that changed.
        send: sends an event to every page.

    Returns:
        What is to be updated, and why pages shall reload instead, or "".
    """
    pipeline = site.sources.pipeline
    assert pipeline is not None
    before = frozenset((*changes.modules, *changes.styles, *changes.pages, *changes.assets))
    affected = before
    for plugin in pipeline.deciding:
        update = HotUpdate(files, affected, pipeline.view(), send)
        ask = partial(plugin.hot_update, update)
        key = _PROBLEM.format(id(plugin))
        try:
            decided = call(
                plugin,
                "hot_update",
                min(files),
                ask,
                (list, tuple, set, frozenset, Reload),
                site.files,
            )
        except ProblemError as error:
            site.known.problems[key] = error.problem
            continue
        site.known.problems.pop(key, None)
        match decided:
            case None:
                pass
            case Reload():
                return changes, decided.reason
            case _:
                affected = frozenset(decided)
    if affected == before:
        return changes, ""
    return _narrowed(site, changes, affected, affected - before), ""


def tell_plugins(site: Site, message: Message) -> None:
    """Let plugins hear what a page sent. What goes wrong is said; the others hear it all the same.

    Args:
        site: the project.
        message: what was sent.
    """
    pipeline = site.sources.pipeline
    assert pipeline is not None
    for plugin in pipeline.hearing:
        try:
            call(plugin, "hear", message.page, partial(plugin.hear, message), (), site.files)
        except ProblemError as error:
            logger.error("%s", error.problem)


def _narrowed(
    site: Site, changes: Changes, affected: Collection[str], added: Collection[str]
) -> Changes:
    again = frozenset(url for url in added if site.modules.is_module(url))
    for url in again:
        site.modules.renew(url)
    kinds = {url: site.sources.kind(url) for url in added if url not in again}
    return replace(
        changes,
        modules=(changes.modules & frozenset(affected)) | again,
        again=again,
        styles=_kept(changes.styles, affected, (u for u, kind in kinds.items() if kind == "style")),
        pages=_kept(changes.pages, affected, (u for u, kind in kinds.items() if kind == "page")),
        assets=_kept(changes.assets, affected, (u for u, kind in kinds.items() if kind is None)),
    )


def _kept(urls: Iterable[str], affected: Collection[str], added: Iterable[str]) -> tuple[str, ...]:
    return (*(url for url in urls if url in affected), *sorted(added))
