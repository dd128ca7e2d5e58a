"""A shop with a referral program: 50 credits for who refers, 20 for who is referred."""

from __future__ import annotations

import pytest

from tests.referral.referring import open_shop
from tests.support import Connection


@pytest.fixture
def shop(db: Connection) -> Connection:
    """A connection to a database in which the shop is open."""
    open_shop(db)
    return db
