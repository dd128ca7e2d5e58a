"""A plan's monthly cap on purchases: what is quoted, what is refused, what the refusal tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.billing.purchases import buyer, let_pass, open_order, pay, promote, quote
from tests.limits.buying import PRICE, WITH_FEES, buy, capped_shop, open_shop, team_of
from tests.limits.calls import refused_unchanged
from tests.support import Connection
from tests.wallets import Row, balance_of, change_plan, refused, use_catalog


def next_month() -> datetime:
    now = datetime.now(UTC)
    return datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)


def is_sold(conn: Connection, user_id: UUID, **item: Any) -> bool:
    """Whether a purchase is quoted as possible; the order must say the same."""
    item = item or {"package": "starter"}
    answer = quote(conn, user_id, **item)
    if not answer["ok"]:
        assert answer["message"] == "purchase_cap_reached"
        with refused_unchanged(conn, "PT402", "purchase_cap_reached"):
            open_order(conn, user_id, **item)
    return bool(answer["ok"])


@pytest.mark.parametrize(("cap", "sold"), [(PRICE - 1, False), (PRICE, True), (PRICE + 1, True)])
def test_a_purchase_up_to_the_cap_is_sold(db: Connection, cap: int, sold: bool) -> None:
    open_shop(db, cap)
    user_id = buyer(db)
    assert is_sold(db, user_id) is sold
    if sold:
        assert open_order(db, user_id, package="starter")["total_cents"] == PRICE


@pytest.mark.parametrize(("cap", "sold"), [(WITH_FEES - 1, False), (WITH_FEES, True)])
def test_the_fees_count(db: Connection, cap: int, sold: bool) -> None:
    open_shop(db, cap, fees=True)
    assert is_sold(db, buyer(db)) is sold


def test_a_discount_counts(db: Connection) -> None:
    open_shop(db, PRICE - 130)
    user_id = buyer(db)
    promote(db)
    assert not is_sold(db, user_id)
    assert is_sold(db, user_id, package="starter", promotion_code="SPRING")


def test_the_refusal_tells_what_is_paid_open_and_asked_for(db: Connection) -> None:
    open_shop(db, 3 * PRICE)
    user_id = buyer(db)
    buy(db, user_id)
    open_order(db, user_id, package="starter")
    with refused_unchanged(db, "PT402", "purchase_cap_reached") as detail:
        open_order(db, user_id, quantity=66)
    assert datetime.fromisoformat(detail.pop("resets_at")) == next_month()
    assert detail == {
        "cap_cents": 1950, "paid_cents": 650, "open_cents": 650, "required_cents": 660,
        "currency": "usd",
    }  # fmt: skip
    assert open_order(db, user_id, quantity=65)["total_cents"] == 650


def test_a_quote_beyond_the_cap_shows_its_price_all_the_same(db: Connection) -> None:
    open_shop(db, PRICE)
    user_id = buyer(db)
    buy(db, user_id)
    answer = quote(db, user_id, package="starter")
    assert (answer["message"], answer["total_cents"]) == ("purchase_cap_reached", PRICE)


def test_a_bad_code_and_a_closed_account_are_told_before_the_cap(db: Connection) -> None:
    open_shop(db, PRICE - 1)
    user_id = buyer(db)
    answer = quote(db, user_id, package="starter", promotion_code="ABSENT")
    assert answer["message"] == "promotion_code_invalid"
    db.execute("update credits.accounts set status = 'closed'")
    assert quote(db, user_id, package="starter")["message"] == "account_closed"
    with refused(db, "PT403", "account_closed"):
        open_order(db, user_id, package="starter")


def test_quotes_take_no_room(db: Connection) -> None:
    open_shop(db, PRICE)
    user_id = buyer(db)
    for _ in range(5):
        assert quote(db, user_id, package="starter")["ok"]
    assert is_sold(db, user_id)


def test_who_comes_again_for_the_same_purchase_gets_the_same_order(db: Connection) -> None:
    open_shop(db, PRICE)
    user_id = buyer(db)
    first = open_order(db, user_id, package="starter")
    for _ in range(3):
        assert quote(db, user_id, package="starter")["ok"]
        assert open_order(db, user_id, package="starter") == first
    assert not is_sold(db, user_id, quantity=10)
    let_pass(db, "22 hours 31 minutes")
    assert not is_sold(db, user_id)


def test_without_a_cap_every_attempt_is_an_order_of_its_own(db: Connection) -> None:
    open_shop(db, None)
    user_id = buyer(db)
    found = {open_order(db, user_id, package="starter")["order_id"] for _ in range(3)}
    assert len(found) == 3


def test_the_open_order_of_another_member_is_not_given(db: Connection) -> None:
    open_shop(db, PRICE)
    team, (first, second) = team_of(db, 2)
    item: Row = {"account_id": team, "package": "starter"}
    open_order(db, first, **item)
    assert quote(db, first, **item)["ok"]
    assert not is_sold(db, second, **item)


def test_one_account_takes_no_room_of_another(db: Connection) -> None:
    open_shop(db, PRICE)
    for user_id in (buyer(db), buyer(db)):
        buy(db, user_id)
        assert not is_sold(db, user_id)


def test_an_open_order_can_be_paid_though_the_cap_has_come_down(db: Connection) -> None:
    open_shop(db, 2 * PRICE)
    user_id = buyer(db)
    order = open_order(db, user_id, package="starter")
    open_shop(db, PRICE - 1)
    assert pay(db, order) is None
    assert balance_of(db, user_id)["balance"] == 50
    assert not is_sold(db, user_id, quantity=10)


def test_a_higher_cap_of_a_new_catalog_counts_at_once(db: Connection) -> None:
    open_shop(db, PRICE)
    user_id = buyer(db)
    buy(db, user_id)
    assert not is_sold(db, user_id)
    open_shop(db, 2 * PRICE)
    assert is_sold(db, user_id)


def test_an_account_takes_the_cap_of_the_plan_that_it_comes_to(db: Connection) -> None:
    catalog = capped_shop(PRICE)
    wide = {"code": "wide", "name": "Wide", "monthly_purchase_cap_cents": 2 * PRICE}
    none = {"code": "none", "name": "None"}
    use_catalog(db, {**catalog, "plans": [*catalog["plans"], wide, none]})
    user_id = buyer(db)
    buy(db, user_id)
    for plan, sold in (("free", False), ("wide", True), ("none", True), ("free", False)):
        change_plan(db, user_id, plan)
        assert quote(db, user_id, package="starter")["ok"] is sold


@pytest.mark.parametrize("cap", [0, -1, 1.5, "much"])
def test_a_catalog_with_another_cap_is_refused(db: Connection, cap: Any) -> None:
    with refused(db, "22023", "invalid_catalog"):
        open_shop(db, cap)
