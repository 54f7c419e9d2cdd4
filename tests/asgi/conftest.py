from tests.asgi.apps import root, state, stop

__all__ = ["root", "state", "stop"]
