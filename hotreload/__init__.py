"""A development server that puts a saved file on the screen without reloading the page."""

__version__ = "0.1.0"
