"""A dev server with hot module replacement, in Python."""

__version__ = "0.1.0"

__all__ = ["__version__"]
