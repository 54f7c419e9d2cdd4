"""One server for each module that only asks."""

from collections.abc import Iterator

import pytest

from tests.security.fort import Fort, build


@pytest.fixture(scope="module")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    with build(tmp_path_factory.mktemp("fort")) as fort:
        yield fort
