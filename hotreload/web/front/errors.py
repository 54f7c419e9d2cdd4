"""What goes wrong before the app."""


class BrokenOffError(Exception):
    """The server behind the proxy stopped in the middle of an answer, as who raises this said."""
