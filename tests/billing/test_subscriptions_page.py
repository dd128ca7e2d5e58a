"""The page docs/subscriptions.md: a life is played, and its tables and JSON are the database's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from scripts.catalog_file import CATALOGS, load_catalog, read_schema, read_toml
from tests.billing.upgrades import change_price
from tests.events.payloads import Json, day
from tests.events.shop import Subscriber, account_of, customer_of, let_pass, moves, rule, tell
from tests.events.subscription_payloads import price, subscription, subscription_item
from tests.pricing.pages import (
    blocks,
    check_excerpts,
    codes,
    dead_links,
    own_catalog,
    queries,
    read_page,
    table,
)
from tests.support import Connection, apply_catalog, as_user, sign_up
from tests.wallets import refused, use_catalog

PAGE = read_page("subscriptions.md")
CATALOG = "docs-chat-realistic"
HEAD = (
    'code = "own"\nname = "Own"\ncurrency = "usd"\nlist_price_per_credit = 0.01\n'
    '[[plans]]\ncode = "free"\nname = "Free"\n'
)
STATUSES = {
    "trialing", "active", "past_due", "unpaid", "paused", "incomplete", "incomplete_expired",
    "canceled",
}  # fmt: skip


def sell(conn: Connection, catalog: Json) -> dict[str, Json]:
    """Put a catalog in force, and store prices of Stripe for its plans; returns these by plan."""
    use_catalog(conn, json.loads(json.dumps(catalog, default=float)))
    sold = [plan for plan in catalog["plans"] if plan.get("price_cents")]
    for plan in sold:
        terms = [plan["price_cents"], catalog["currency"], plan["billing_interval"]]
        names = ["plan", plan["code"], f"prod_{plan['code']}", f"price_{plan['code']}"]
        rule(conn, "store_provider_price", "stripe", *names, *terms)
    return {
        plan["code"]: price(f"price_{plan['code']}", plan["price_cents"], plan["billing_interval"])
        for plan in sold
    }


def subscriber_of(
    conn: Connection, a_price: Json, user_id: UUID, days_left: int = 20, **fields: Any
) -> Subscriber:
    """Return a subscriber with so many days left of a month, of whom nothing is told yet."""
    item = subscription_item(a_price, day(days_left - 30), day(days_left))
    metadata = {"account_id": str(user_id)}
    return Subscriber(user_id, subscription([item], customer_of(conn, user_id), metadata, **fields))


def play(conn: Connection, user_id: UUID, prices: dict[str, Json]) -> Iterator[str]:
    """Let what the page's life tells happen, one thing after the other; yields each in words."""
    yield "nothing yet"
    one = subscriber_of(conn, prices["starter"], user_id)
    tell(conn, one.news("created", day(-10), status="incomplete"))
    yield "the subscription is created"
    tell(conn, one.news("updated", day(-10) + 1))
    first = one.bill("subscription_create")
    assert tell(conn, first) == "applied"
    yield "the first invoice of `starter` is paid"
    first["id"] += "_2"
    assert tell(conn, first) == "ignored"
    yield "the same invoice is told again"
    news, difference = change_price(one, prices["pro"], 20)
    tell(conn, news)
    yield "on the tenth day it is changed to `pro`"
    assert tell(conn, difference) == "applied"
    yield "the difference for the rest of the month is paid"
    one.item.update(price=prices["starter"])
    tell(conn, one.news())
    yield "it is changed to `starter` again"
    let_pass(conn, 20.05)
    tell(conn, one.advance(day(-0.05), day(29.95)).news())
    tell(conn, one.bill())
    yield "the renewal of `starter` is paid"
    let_pass(conn, 30)
    tell(conn, one.news(status="past_due"))
    yield "the next renewal's payment fails"
    tell(conn, one.bill())
    tell(conn, one.news())
    yield "it is paid after all"
    tell(conn, one.news(cancel_at_period_end=True, cancel_at=day(29.95)))
    yield "it is cancelled for the period's end"
    let_pass(conn, 30)
    tell(conn, one.news("deleted", status="canceled", ended_at=day(0)))
    yield "the period ends"


def granted(conn: Connection, user_id: UUID) -> Any:
    """Return how many credits an account was granted in all."""
    return sum(amount for _, amount in moves(conn, user_id) if amount > 0)


def test_the_life_is_what_happens(db: Connection) -> None:
    prices = sell(db, load_catalog(CATALOGS / f"{CATALOG}.toml"))
    user_id = sign_up(db)
    rows = table(PAGE, "what Stripe tells")
    assert len(rows) == 12
    before = 0
    for row, happened in zip(rows, play(db, user_id, prices), strict=True):
        assert row[0].startswith(happened)
        after = granted(db, user_id)
        plan = account_of(db, user_id)["plan"]
        assert row[1:] == (f"`{plan}`", str(after - before)), happened
        before = after


def upgrades() -> list[tuple[str, ...]]:
    """Return the rows of the table of upgrades: days left, given back, charged, credits."""
    return table(PAGE, "days left of 30")


@pytest.mark.parametrize("row", upgrades(), ids=lambda row: row[0])
def test_an_upgrade_is_invoiced_and_gives_as_the_table_says(
    db: Connection, row: tuple[str, ...]
) -> None:
    prices = sell(db, load_catalog(CATALOGS / f"{CATALOG}.toml"))
    user_id, days_left = sign_up(db), int(row[0])
    one = subscriber_of(db, prices["starter"], user_id, days_left)
    tell(db, one.news("created", day(-1)))
    tell(db, one.bill("subscription_create"))
    before = granted(db, user_id)
    news, paid = change_price(one, prices["pro"], days_left)
    for told in (news, paid):
        tell(db, told)
    back, charged = (line["amount"] for line in paid["data"]["object"]["lines"]["data"])
    shown = [f"${abs(cents) / 100:.2f}" for cents in (back, charged)]
    assert [*shown, str(granted(db, user_id) - before)] == list(row[1:])


@pytest.mark.parametrize("first", [0, 1], ids=["period", "change"])
def test_each_of_the_two_invoices_of_a_month_gives_its_own_whichever_is_told_first(
    db: Connection, first: int
) -> None:
    prices = sell(db, load_catalog(CATALOGS / f"{CATALOG}.toml"))
    user_id = sign_up(db)
    one = subscriber_of(db, prices["starter"], user_id)
    tell(db, one.news("created", day(-1)))
    bills = [one.bill("subscription_create"), change_price(one, prices["pro"], 20)[1]]
    for bill in (bills[first], bills[1 - first]):
        tell(db, bill)
    query = "select reference, amount from credits.grants where account_id = %s and amount > 100"
    amounts = dict(db.execute(query, [user_id]).fetchall())
    assert [amounts[bill["data"]["object"]["id"]] for bill in bills] == [1000, 2666]


def test_what_the_page_says_of_both_ways_at_once_is_refused(db: Connection) -> None:
    catalog = load_catalog(CATALOGS / f"{CATALOG}.toml")
    catalog["subscriptions"] = {"upgrade": "now", "downgrade": "now"}
    with refused(db, "22023", "invalid_catalog"):
        sell(db, catalog)


def test_the_subscriber_sees_the_keys_and_values_of_the_page(db: Connection) -> None:
    (query,) = queries(PAGE)
    (shown,) = map(json.loads, blocks(PAGE, "json"))
    assert query.catalog == f"catalogs/{CATALOG}.toml"
    prices = sell(db, load_catalog(CATALOGS / f"{CATALOG}.toml"))
    user_id = sign_up(db)
    one = subscriber_of(db, prices["starter"], user_id)
    tell(db, one.news("created"))
    tell(db, one.bill("subscription_create"))
    with as_user(db, user_id):
        found = db.execute(query.text.encode()).fetchone()
    assert found is not None
    assert [found[0].keys(), without_times(found[0])] == [shown.keys(), without_times(shown)]
    same = ("current_period_end_at", "paid_until_at", "next_billing_at")
    assert len({shown[key] for key in same}) == len({found[0][key] for key in same}) == 1


def without_times(answer: Json) -> Json:
    """Return JSON in which one time is as good as another."""
    return {
        key: "time" if key.endswith("_at") and value else value for key, value in answer.items()
    }


@pytest.mark.parametrize("row", table(PAGE, "status"), ids=lambda row: row[0])
def test_a_status_gives_the_plan_as_the_table_says(db: Connection, row: tuple[str, ...]) -> None:
    (status,) = codes(row[0])
    prices = sell(db, load_catalog(CATALOGS / f"{CATALOG}.toml"))
    user_id = sign_up(db)
    one = subscriber_of(db, prices["starter"], user_id)
    tell(db, one.news("created", day(-1)))
    tell(db, one.bill("subscription_create"))
    tell(db, one.news("updated", status=status))
    given = account_of(db, user_id)["plan"]
    assert given == {"yes": "starter", "no": "free"}[row[1]]
    assert account_of(db, user_id)["balance"] == 1100


def test_the_table_has_all_statuses() -> None:
    assert {codes(row[0])[0] for row in table(PAGE, "status")} == STATUSES


def test_a_paused_collection_is_shown_and_keeps_the_plan(db: Connection) -> None:
    prices = sell(db, load_catalog(CATALOGS / f"{CATALOG}.toml"))
    user_id = sign_up(db)
    one = subscriber_of(db, prices["starter"], user_id)
    tell(db, one.news("created", day(-1)))
    tell(db, one.bill("subscription_create"))
    tell(db, one.news("updated", pause_collection={"behavior": "void", "resumes_at": None}))
    with as_user(db, user_id):
        query = "select plan, (subscription -> 'is_paused')::boolean from get_credit_balance()"
        assert db.execute(query).fetchall() == [("starter", True)]


def test_a_trial_is_as_its_catalog_says(db: Connection) -> None:
    catalog = read_toml(HEAD + own_catalog(PAGE))
    prices = sell(db, catalog)
    user_id = sign_up(db)
    one = subscriber_of(db, prices["pro"], user_id, status="trialing", trial_end=day(14))
    tell(db, one.news("created"))
    tell(db, one.bill("subscription_create", lines=[]))
    account = account_of(db, user_id)
    assert (account["plan"], account["balance"]) == ("pro", catalog["plans"][1]["trial_credits"])


def test_a_renewal_has_the_grace_of_the_catalog(db: Connection) -> None:
    check_excerpts(PAGE)
    catalog = load_catalog(CATALOGS / f"{CATALOG}.toml")
    prices = sell(db, catalog)
    user_id = sign_up(db)
    one = subscriber_of(db, prices["starter"], user_id)
    tell(db, one.bill("subscription_create"))
    query = """
        select extract(epoch from g.expires_at) from credits.grants as g
        where g.account_id = %s and g.amount = 1000
    """
    ((ends_at,),) = db.execute(query, [user_id]).fetchall()
    grace_hours = catalog["subscriptions"]["grace_hours"]
    assert ends_at == one.item["current_period_end"] + 3600 * grace_hours


def test_the_table_has_the_keys_of_the_catalog_and_their_defaults(db: Connection) -> None:
    known = read_schema()["$defs"]["subscriptions"]["properties"]
    rows = {codes(row[0])[0]: row for row in table(PAGE, "key")}
    assert rows.keys() == known.keys()
    apply_catalog(db, "docs-chat")
    for key, row in rows.items():
        found = db.execute(f"select {key} from credits.catalog_in_force()".encode()).fetchone()
        assert found is not None
        assert row[2].strip("`") == str(found[0])


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
