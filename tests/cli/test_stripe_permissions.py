"""docs/stripe.md permits a restricted key all that sync, check and topup call."""

from __future__ import annotations

import time

from tests.cli.stripe_shop import OFFERS, run_on
from tests.edge.shop import open_shop
from tests.edge.test_permissions import called, listed
from tests.edge.topups import INTENTS, lose_answers, opted_in, wait

# The page says of it that check goes on without.
ACCOUNT = "GET /v1/account"


def test_the_page_permits_what_the_commands_call(fresh_db: str) -> None:
    permitted = {call for _, _, calls in listed() for call in calls}
    with open_shop(fresh_db) as shop:
        opted_in(shop, "decline")
        opted_in(shop, "slow")
        lose_answers(shop)
        run_on(shop, "topup")
        wait(shop, "25 hours")
        shop.stripe.control.set_clock(int(time.time()) + 25 * 3600)
        run_on(shop, "topup")
        assert f"GET {INTENTS}" in called(shop)
        run_on(shop, "sync")
        shop.sell(OFFERS)
        run_on(shop, "sync")
        run_on(shop, "check")
        assert ACCOUNT in called(shop)
        assert called(shop) - {ACCOUNT} <= permitted
