"""What the first page will load, loaded before it is asked for."""

from collections.abc import Iterator
from contextlib import suppress

from hotreload.project.files import FileDeniedError, FileMissingError
from hotreload.project.problems import ProblemError
from hotreload.site import Site
from hotreload.site.doubts import DoubtError

_MOST_MODULES = 5000


def look_ahead(site: Site, page: str) -> Iterator[None]:
    """Load what a page imports, as it is loaded when the page is opened; yields after each module.

    What is wrong with it nobody is told of before the page is open: it is found again then.

    Args:
        site: the project.
        page: URL path of the page.
    """
    if site.sources.pipeline is not None or len(site.modules.graph) > 0:
        # Languages are compiled while others wait; and where a page was opened, it went first.
        return
    try:
        found = site.documents.page(page)[2]
    except (FileMissingError, FileDeniedError, ProblemError):
        site.known.problems.pop(page, None)
        return
    site.documents.load(page)
    loads = site.documents.loads_of(found)
    queue = dict.fromkeys((*loads.scripts, *loads.imports.values()))
    done = 0
    while queue and done < _MOST_MODULES:
        url = next(iter(queue))
        del queue[url]
        if not site.modules.is_module(url) or url in site.modules.graph:
            continue
        before = frozenset(site.known.problems)
        with suppress(FileMissingError, FileDeniedError, ProblemError, DoubtError):
            queue.update(dict.fromkeys(site.modules.script(url).node.static))
        for wrong in site.known.problems.keys() - before:
            del site.known.problems[wrong]
        done += 1
        yield
