"""The shop of most tests of the edge: everything as usual."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.edge.shop import Shop, open_shop


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    with open_shop(fresh_db) as opened:
        yield opened
