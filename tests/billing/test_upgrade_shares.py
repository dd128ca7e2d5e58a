"""An upgrade gives the credits that are paid, and no more: those of the days that are left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.billing.upgrades import change_price
from tests.events.payloads import Json, day
from tests.events.shop import (
    PRICES,
    SHOP,
    SOLD,
    Subscriber,
    account_of,
    let_pass,
    maintain,
    moves,
    open_shop,
    rule,
    subscribe,
    tell,
    with_plan,
)
from tests.events.subscription_payloads import line, price, prorated
from tests.support import Connection

SETTINGS = settings(
    deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=40
)
UPWARDS = ["basic", "pro", "team"]
HALF = Decimal("0.5")  # that a grant of whole credits is more than was paid, at most


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def subscriber_with(conn: Connection, days_left: int, plan: str = "pro") -> Subscriber:
    """Return who has paid a month of which so many days are left."""
    return subscribe(conn, plan, start=day(days_left - 30), end=day(days_left))


def upgrade(conn: Connection, one: Subscriber, plan: str, days_left: int) -> Json:
    """Let a subscriber change plans, and pay; returns the event of the invoice."""
    news, paid = change_price(one, PRICES[plan], days_left)
    tell(conn, news)
    tell(conn, paid)
    return paid


def given_to(conn: Connection, one: Subscriber) -> Any:
    """Return how many credits an account was granted in all."""
    return sum(amount for _, amount in moves(conn, one.account_id) if amount > 0)


def worth(*bills: Json) -> Decimal:
    """Return the credits that invoices pay for at the prices of their plans."""
    codes = {price["id"]: code for code, price in PRICES.items()}
    lines = [line for bill in bills for line in bill["data"]["object"]["lines"]["data"]]
    plans = [SOLD[codes[line["pricing"]["price_details"]["price"]]] for line in lines]
    return sum(
        (
            Decimal(plan["monthly_credits"]) * line["amount"] / plan["price_cents"]
            for plan, line in zip(plans, lines, strict=True)
        ),
        Decimal(0),
    )


@pytest.mark.parametrize(("days_left", "gives"), [(30, 800), (15, 400), (1, 27)])
def test_an_upgrade_gives_the_credits_of_the_days_that_are_left(
    db: Connection, days_left: int, gives: int
) -> None:
    one = subscriber_with(db, days_left)
    upgrade(db, one, "team", days_left)
    assert account_of(db, one.account_id)["plan"] == "team"
    assert moves(db, one.account_id) == [("allowance", 200), ("allowance", gives)]


def test_an_upgrade_on_each_last_day_gives_no_month_of_the_larger_plan(db: Connection) -> None:
    """Up on the last day, and down again at the renewal, as the portal lets everyone do."""
    one = subscriber_with(db, 1)
    for months in (1, 2, 3):
        upgrade(db, one, "team", 1)
        assert given_to(db, one) == months * (200 + 27)
        one.switch("pro")
        let_pass(db, 1.01)
        tell(db, one.advance(day(0), day(30)).news())
        tell(db, one.bill())
        assert account_of(db, one.account_id)["plan"] == "pro"
        let_pass(db, 28.99)
        one.advance(day(-29), day(1))


@st.composite
def ways_up(draw: st.DrawFn) -> tuple[str, list[tuple[str, int]]]:
    """Draw a plan, and changes to larger ones: to which, and with how many days left."""
    plans = draw(st.lists(st.sampled_from(UPWARDS), min_size=2, max_size=3, unique=True))
    plans.sort(key=UPWARDS.index)
    lasting = st.lists(st.integers(1, 30), min_size=len(plans) - 1, max_size=len(plans) - 1)
    return plans[0], list(zip(plans[1:], sorted(draw(lasting), reverse=True), strict=True))


@given(ways_up())
@example(("basic", [("pro", 30), ("team", 1)]))
@SETTINGS
def test_the_ways_up_within_a_month_give_what_is_paid(
    db: Connection, way: tuple[str, list[tuple[str, int]]]
) -> None:
    begin, changes = way
    with db.transaction(force_rollback=True):
        one = subscriber_with(db, 30, begin)
        bills = [upgrade(db, one, plan, days_left) for plan, days_left in changes]
        paid = SOLD[begin]["monthly_credits"] + worth(*bills)
        assert abs(given_to(db, one) - paid) <= HALF * len(bills)
        assert given_to(db, one) <= SOLD[changes[-1][0]]["monthly_credits"]


@given(st.lists(st.tuples(st.sampled_from(UPWARDS), st.integers(1, 30)), min_size=1, max_size=5))
@SETTINGS
def test_whatever_way_up_and_down_none_gives_more_than_the_largest_plan(
    db: Connection, changes: list[tuple[str, int]]
) -> None:
    """Also where somebody lets a change down count at once at Stripe, and money goes back."""
    with db.transaction(force_rollback=True):
        one = subscriber_with(db, 30, "basic")
        for plan, days_left in sorted(changes, key=lambda change: -change[1]):
            upgrade(db, one, plan, days_left)
        largest = max(UPWARDS.index(plan) for plan in ["basic", *(plan for plan, _ in changes)])
        assert given_to(db, one) <= SOLD[UPWARDS[largest]]["monthly_credits"]


def test_a_change_down_that_counts_at_once_gives_nothing(db: Connection) -> None:
    one = subscriber_with(db, 15, "team")
    paid = upgrade(db, one, "pro", 15)
    assert paid["data"]["object"]["amount_paid"] == 0
    assert moves(db, one.account_id) == [("allowance", 1000)]


def test_a_coupon_leaves_the_share_as_it_is(db: Connection) -> None:
    one = subscriber_with(db, 15)
    news, paid = change_price(one, PRICES["team"], 15)
    lines = paid["data"]["object"]["lines"]["data"]
    lines[1]["discount_amounts"] = [{"amount": 1250, "discount": "di_1"}]
    paid["data"]["object"]["amount_paid"] = 250
    assert [tell(db, news), tell(db, paid)] == ["applied", "applied"]
    assert moves(db, one.account_id)[1:] == [("allowance", 400)]


def test_a_share_has_the_places_of_the_plans_own_credits(db: Connection) -> None:
    open_shop(db, plans=with_plan("team", monthly_credits=1000.25))
    one = subscriber_with(db, 1)
    upgrade(db, one, "team", 1)
    # 1000.25 x 167 / 4999 - 200 x 67 / 1999 = 26.711...
    assert moves(db, one.account_id)[1:] == [("allowance", Decimal("26.71"))]


def test_what_an_upgrade_gives_ends_with_the_period(db: Connection) -> None:
    one = subscriber_with(db, 15)
    upgrade(db, one, "team", 15)
    let_pass(db, 15.01)
    tell(db, one.advance(day(0), day(30)).news())
    tell(db, one.bill())
    assert account_of(db, one.account_id)["balance"] == 1000


def test_lines_of_other_things_and_of_no_change_do_not_count(db: Connection) -> None:
    one = subscriber_with(db, 15)
    news, paid = change_price(one, PRICES["team"], 15)
    seat = {**one.item, "price": price("price_seat", 500)}
    lines = paid["data"]["object"]["lines"]["data"]
    lines += [prorated(one.sub, seat, -250, 15), line(one.sub, seat)]
    tell(db, news)
    tell(db, paid)
    assert moves(db, one.account_id)[1:] == [("allowance", 400)]


@pytest.mark.parametrize(("days_left", "later"), [(20, []), (200, [1000])])
def test_of_a_year_an_upgrade_gives_what_is_left_of_the_running_month(
    db: Connection, days_left: int, later: list[int]
) -> None:
    big = {
        "code": "big", "name": "Big", "price_cents": 49900, "billing_interval": "year",
        "monthly_credits": 1000,
    }  # fmt: skip
    open_shop(db, plans=[*SHOP["plans"], big])
    terms = ["big", "prod_big", "price_big", big["price_cents"], "usd", "year"]
    rule(db, "store_provider_price", "stripe", "plan", *terms)
    one = subscribe(db, "yearly", start=day(days_left - 365), end=day(days_left))
    for told in change_price(one, price("price_big", 49900, "year"), days_left):
        tell(db, told)
    query = "select extract(epoch from ends_at - clock_timestamp()) / 86400 from credits.allowances"
    left = db.execute(query.encode()).fetchall()[0][0]
    (_, (_, gives)) = moves(db, one.account_id)
    assert 800 * left / 31 - 1 <= gives <= 800 * left / 28 + 1, "the month has 28 to 31 days"
    maintain(db, datetime.now(UTC) + timedelta(days=31))
    given = [amount for kind, amount in moves(db, one.account_id) if kind == "allowance"]
    assert given[2:] == later
