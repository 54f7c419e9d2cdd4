"""What stands before the app when it is asked for: proxy, further headers, compression."""

from starlette.types import ASGIApp

from hotreload.project.options import FrontOptions
from hotreload.web.guard import Guard


def put_before(app: ASGIApp, options: FrontOptions, guard: Guard, *, local: bool) -> ASGIApp:
    """The app with what is asked for before it; the app itself where that is nothing.

    Args:
        app: answers.
        options: what is asked for.
        guard: who may ask.
        local: only this machine can ask, so that nothing needs to be made smaller.
    """
    if options.proxy:
        from hotreload.web.front.proxy import Proxy

        app = Proxy(app, options.proxy, guard)
    if options.compress and not local:
        from hotreload.web.front.compression import Compression

        app = Compression(app)
    if options.headers:
        from hotreload.web.front.headers import FurtherHeaders

        app = FurtherHeaders(app, options.headers)
    return app
