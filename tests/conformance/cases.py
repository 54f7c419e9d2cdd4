"""All cases."""

from tests.conformance import (
    accepting,
    applying,
    foreign,
    imports,
    leaving,
    pages,
    partial,
    spreading,
)

CASES = (
    *accepting.CASES,
    *partial.CASES,
    *foreign.CASES,
    *spreading.CASES,
    *leaving.CASES,
    *imports.CASES,
    *applying.CASES,
    *pages.CASES,
)
