"""The behaviours that docs/hmr.md promises, each in a small real site in a real browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.conformance.cases import CASES
from tests.conformance.harness import Runner, files_of
from tests.conformance.steps import Case
from tests.conformance.table import DOCUMENT, document
from tests.contexts import context_of
from tests.project import Project


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
        with context_of(browser) as context:
            Runner(case, shared, context).run()
    finally:
        # What a case leaves broken must not be a problem in the pages of the next.
        shutil.rmtree(shared.root / case.name)


def test_no_two_cases_share_a_folder() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))


def test_the_table_in_the_documentation_is_that_of_the_cases() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run `python -m tests.conformance.table`"
