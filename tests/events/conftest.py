"""The shop of the tests of events, open in a database that is rolled back."""

from __future__ import annotations

import pytest

from tests.events.shop import open_shop
from tests.support import Connection


@pytest.fixture
def shop(db: Connection) -> Connection:
    """A connection to a database in which the shop is open and the prices of its plans stored."""
    open_shop(db)
    return db
