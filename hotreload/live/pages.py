"""Which file answers a page's address. Where that changes, only loading the page anew will do."""

from collections.abc import Callable, Collection
from functools import partial

from hotreload.live.reports import Later
from hotreload.live.session import Hub, Session
from hotreload.project.pages import NOT_FOUND_PAGE, page_file
from hotreload.site import Site

# What somebody is writing anew is there again after this long; what is not is gone.
GONE_SECONDS = 1.0


class PageFiles:
    """Knows the files behind open pages.

    Args:
        site: the project.
        hub: the open sessions.
        reload: makes a page reload, for a reason.
        later: calls a function after some seconds.
        spa: see :func:`hotreload.project.pages.page_file`.
        rendered: an app answers all addresses, and no file does.
    """

    def __init__(
        self,
        site: Site,
        hub: Hub,
        reload: Callable[[Session, str], None],
        later: Later,
        *,
        spa: bool,
        rendered: bool,
    ) -> None:
        self._site = site
        self._hub = hub
        self._reload = reload
        self._later = later
        self._spa = spa
        self._rendered = rendered

    def path_of(self, address: str) -> str:
        """What a session's ``page`` is to be, for the address that its user sees, if it has one."""
        if self._rendered or not address:
            return address
        files = self._site.files
        found = page_file(files, address, spa=self._spa)
        return found or (NOT_FOUND_PAGE if files.is_file(NOT_FOUND_PAGE) else address)

    def is_file(self, session: Session) -> bool:
        """Whether a file answers the page now: one that nobody may read does not."""
        return not self._rendered and self._site.current_hash(session.page) is not None

    def reload_moved(self, pages: Collection[str]) -> None:
        """Load those anew whose address another file answers from now on.

        Args:
            pages: URL paths of pages that are new or have changed.
        """
        for session in self._hub:
            if session.ready and pages and session.address:
                answers = self.path_of(session.address)
                # A page of another name may have changed with it: a 404 page that lists all others.
                if answers in pages and answers != session.page:
                    self._reload(session, f"{answers} answers {session.address} from now on")

    def reload_gone(self, urls: Collection[str], *, for_good: bool = False) -> None:
        """Load those anew whose file is there no more.

        Args:
            urls: URL paths of files that may have been removed.
            for_good: they were, and nobody is about to write them anew.
        """
        for session in self._hub:
            if session.ready and session.page in urls and self.is_gone(session):
                if for_good:
                    self._reload(session, gone(session))
                else:
                    self.expect(session)

    def is_gone(self, session: Session) -> bool:
        """Whether a page was made of a file, and none answers it now."""
        if self._rendered or not session.page_hash or self.is_file(session):
            return False
        pipeline = self._site.sources.pipeline
        return pipeline is None or not pipeline.provides(session.page, "page")

    def expect(self, session: Session) -> None:
        """Give the file of a page the time to be written anew, before the page is loaded anew."""
        self._later(GONE_SECONDS, partial(self._give_up, session))

    def _give_up(self, session: Session) -> None:
        if session in self._hub and session.ready and self.is_gone(session):
            self._reload(session, gone(session))


def gone(session: Session) -> str:
    """Why a page whose file is there no more is loaded anew."""
    return f"{session.page} is gone"
