"""ProperDocs, which continues MkDocs 1: what imports MkDocs from now on gets ProperDocs."""

import properdocs.replacement  # noqa: F401 (before what it replaces)

from hotreload.hosts.generators.mkdocs import make

__all__ = ["make"]
