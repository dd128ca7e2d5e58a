"""The shops of most tests of the edge: everything as usual."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.edge.shop import CATALOG, PLANS, Shop, open_shop


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    """A shop with the packs of the catalog ai-assistant."""
    with open_shop(fresh_db) as opened:
        yield opened


@pytest.fixture
def full_shop(shop: Shop) -> Shop:
    """A shop that sells in every way: packs, quantities, with a plan, with fees."""
    shop.sell(CATALOG)
    return shop


@pytest.fixture
def plan_shop(shop: Shop) -> Shop:
    """A shop that sells plans and a pack, all of them known to Stripe."""
    shop.sell(PLANS)
    shop.sync()
    return shop
