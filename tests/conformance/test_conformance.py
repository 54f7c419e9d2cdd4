"""The behaviours that docs/hmr.md promises, each in a small real site in a real browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.conformance import accepting, applying, pages, spreading
from tests.conformance.harness import Runner, files_of
from tests.conformance.steps import Case
from tests.project import Project

CASES = (*accepting.CASES, *spreading.CASES, *applying.CASES, *pages.CASES)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One server, with the sites of all cases below one folder."""
    folder = tmp_path_factory.mktemp("conformance")
    project = Project(folder / "site", folder / "state")
    for case in CASES:
        project.write({f"{case.name}/{name}": text for name, text in files_of(case).items()})
    project.start()
    yield project
    project.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, shared: Project, browser: Browser) -> None:
    try:
        with browser.new_context() as context:
            Runner(case, shared, context).run()
    finally:
        # What a case leaves broken must not be a problem in the pages of the next.
        shutil.rmtree(shared.root / case.name)


def test_no_two_cases_share_a_folder() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
