"""What servers do when they restart that pages notice, and what helps. Pure."""

from collections.abc import Container, Sequence


def hint(modules: Container[str], arguments: Sequence[str]) -> str:
    """What a developer should know of the server that runs an app; "" for nothing.

    Args:
        modules: the names of those that are imported.
        arguments: the command line.
    """
    if "--reload" not in arguments:
        return ""
    given = [argument.partition("=")[0] for argument in arguments]
    if "gunicorn.arbiter" in modules and "--graceful-timeout" not in given:
        return "gunicorn waits up to 30 s for open pages to leave: add --graceful-timeout 1"
    if "granian" in modules and not any(a.startswith("--reload-ignore-") for a in given):
        return (
            "granian restarts for templates and static files, too: "
            "add --reload-ignore-dirs templates --reload-ignore-dirs static"
        )
    if "hypercorn" in modules:
        return (
            "hypercorn breaks off what is open when it restarts (1011, with a traceback): "
            "pages come back after some seconds"
        )
    return ""
