"""One server for each module that only asks."""

from collections.abc import Iterator

import pytest

from tests.security.fort import Fort, build


@pytest.fixture(scope="module")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    with build(tmp_path_factory.mktemp("fort")) as fort:
        yield fort


@pytest.fixture(autouse=True)
def _it_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test passes because the server is down: it answers before and after."""
    if "fort" not in request.fixturenames:
        yield
        return
    fort: Fort = request.getfixturevalue("fort")
    fort.answers()
    yield
    fort.answers()
