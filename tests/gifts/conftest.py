"""A shop in which credits are bought that can be given away."""

from __future__ import annotations

import pytest

from tests.returns.sales import open_shop
from tests.support import Connection


@pytest.fixture
def shop(db: Connection) -> Connection:
    """A connection to a database in which the shop is open."""
    open_shop(db)
    return db
