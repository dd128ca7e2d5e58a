"""What Stripe has told goes half a year after it was settled, and once more when it comes again."""

from __future__ import annotations

import pytest

from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import buy, maintain, rows, stored, tell
from tests.events.test_fetched_objects import fetch, session_of
from tests.support import Connection

KIND = "checkout.session.completed"
DAYS = 180
NAME = "Zoe Roe"


def settle(conn: Connection, days: float) -> None:
    """Let all events be settled so many days ago."""
    conn.execute(
        "update credits.stripe_events set settled_at = now() - make_interval(secs => %s)"
        " where settled_at is not null",
        [days * payloads.DAY],
    )


def bought_by_her(conn: Connection) -> Json:
    """Return the session of an order that is paid by somebody with a name."""
    return session_of(buy(conn), customer_details={"name": NAME})


def texts(conn: Connection) -> list[str]:
    """Return what is kept of events."""
    query = "select payload from credits.stripe_events order by id"
    return [row["payload"] for row in rows(conn, query)]


def test_half_a_year_after_it_was_settled_and_not_before(shop: Connection) -> None:
    told = payloads.event(KIND, bought_by_her(shop))
    tell(shop, told)
    settle(shop, DAYS - 0.01)
    maintain(shop)
    assert NAME in stored(shop, told)["payload"]
    settle(shop, DAYS)
    maintain(shop)
    kept = stored(shop, told)
    assert kept["payload"] == f'{{"id": "{told["id"]}", "type": "{KIND}", "erased": true}}'
    assert (kept["state"], kept["forgotten_at"] is None) == ("applied", False)
    assert tell(shop, told) == "applied"
    assert NAME not in stored(shop, told)["payload"]


@pytest.mark.parametrize("state", ["waiting", "quarantined", "failed"])
def test_what_is_not_settled_is_kept_however_old(shop: Connection, state: str) -> None:
    tell(shop, payloads.event(KIND, bought_by_her(shop)))
    settle(shop, 3 * DAYS)
    shop.execute("update credits.stripe_events set state = %s", [state])
    maintain(shop)
    assert NAME in "".join(texts(shop))


def test_an_object_that_is_fetched_again_is_forgotten_again(shop: Connection) -> None:
    session = bought_by_her(shop)
    for _ in range(2):
        fetch(shop, KIND, session)
        assert [NAME in text for text in texts(shop)] == [True]
        settle(shop, DAYS)
        maintain(shop)
        assert [NAME in text for text in texts(shop)] == [False]
