"""All cases."""

from tests.conformance import accepting, applying, pages, spreading

CASES = (*accepting.CASES, *spreading.CASES, *applying.CASES, *pages.CASES)
