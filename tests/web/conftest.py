"""What the tests of the pages need of the machine: Node, and the packages of ``web/``."""

from __future__ import annotations

import pytest

from scripts.dev.web import WEB, is_installed, require_node
from scripts.errors import CommandError
from tests.conftest import skip_or_fail


@pytest.fixture(scope="session")
def node() -> None:
    """Node and npm, new enough for the pages."""
    try:
        require_node()
    except CommandError as error:
        skip_or_fail(error)


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> None:
    """The packages of ``web/``; ``scripts/test`` has installed them where there is a Node."""
    request.getfixturevalue("node")
    if not is_installed(WEB):
        pytest.fail("the packages of web/ are not installed: python -m scripts.dev.web")
