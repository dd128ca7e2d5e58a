"""One account has one customer at the provider, however many people begin to pay at once."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.concurrency.load import request, run_at_once
from tests.events import payloads
from tests.events.shop import customer_of, new_subscriber, open_shop, rows, rule, subscribe, tell
from tests.support import Connection, sign_up
from tests.wallets import Row, refused

OPEN = "select customer_id, provider_key from credits.open_customer(%s, null, 'stripe', false)"
ATTACH = "select credits.attach_customer(%s, 'stripe', false, %s)"
ORDER = "select order_id from credits.open_subscription_order(%s, null, 'stripe', 'pro')"


def open_customer(conn: Connection, user_id: UUID | None, livemode: bool | None = False) -> Row:
    """Open the customer of a personal account as the edge does."""
    (row,) = rule(conn, "open_customer", user_id, None, "stripe", livemode)
    return row


def test_twenty_checkouts_at_once_have_one_customer_and_one_order(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        user_id = sign_up(conn)
    opened = run_at_once(
        fresh_db,
        [partial(request, query=OPEN, arguments=[user_id])] * 20,
        role="credits_edge",
    )
    assert {code for code, _ in opened} == {"ok"}
    assert len({row for _, row in opened}) == 1
    assert opened[0][1][0] is None
    attached = run_at_once(
        fresh_db,
        [partial(request, query=ATTACH, arguments=[user_id, f"cus_{n}"]) for n in range(20)],
        role="credits_edge",
    )
    assert len(set(attached)) == 1
    ordered = run_at_once(
        fresh_db,
        [partial(request, query=ORDER, arguments=[user_id])] * 20,
        role="credits_edge",
    )
    assert {code for code, _ in ordered} == {"ok"}
    assert len({row for _, row in ordered}) == 1
    with psycopg.connect(fresh_db) as conn:
        assert len(rows(conn, "select from credits.customers")) == 1
        assert len(rows(conn, "select from credits.orders")) == 1
        assert open_customer(conn, user_id)["customer_id"] == attached[0][1][0]


def test_a_customer_is_created_once_under_one_key(shop: Connection) -> None:
    user_id = sign_up(shop, "zoe@example.org")
    first = open_customer(shop, user_id)
    assert (first["account_id"], first["customer_id"], first["email"], first["is_stale"]) == (
        user_id, None, "zoe@example.org", False,
    )  # fmt: skip
    assert open_customer(shop, user_id) == first
    assert [kept["attach_customer"] for kept in attach(shop, user_id, "cus_1", "cus_2")] == [
        "cus_1",
        "cus_1",
    ]
    assert open_customer(shop, user_id)["customer_id"] == "cus_1"


def attach(conn: Connection, account_id: UUID, *ids: str) -> list[Row]:
    """Attach customers to an account, one after the other."""
    return [
        row
        for customer_id in ids
        for row in rule(conn, "attach_customer", account_id, "stripe", False, customer_id)
    ]


def test_a_key_that_the_provider_may_have_forgotten_is_called_stale(shop: Connection) -> None:
    user_id = sign_up(shop)
    key = open_customer(shop, user_id)["provider_key"]
    for hours, is_stale in ((22, False), (2, True)):
        shop.execute(
            "update credits.customers set created_at = created_at - make_interval(hours => %s)",
            [hours],
        )
        row = open_customer(shop, user_id)
        assert (row["provider_key"], row["is_stale"]) == (key, is_stale)
    attach(shop, user_id, "cus_1")
    assert open_customer(shop, user_id)["is_stale"] is False


def test_a_customer_of_another_account_cannot_be_attached(shop: Connection) -> None:
    first, second = sign_up(shop), sign_up(shop)
    attach_to = customer_of(shop, first)
    open_customer(shop, second)
    with refused(shop, "PT409", "customer_taken"):
        attach(shop, second, attach_to)
    assert open_customer(shop, second)["customer_id"] is None


def test_nobody_opens_a_customer_for_anybody_else(shop: Connection) -> None:
    victim, mallory = sign_up(shop), sign_up(shop)
    customer_of(shop, victim)
    for account_id in (victim, uuid4()):
        with refused(shop, "PT404", "account_not_found"):
            rule(shop, "open_customer", mallory, account_id, "stripe", False)
        with refused(shop, "PT404", "account_not_found"):
            rule(shop, "find_customer", mallory, account_id, "stripe", False)
    for user_id in (None, uuid4()):
        with refused(shop, "42501", "user_unknown"):
            open_customer(shop, user_id)


@pytest.mark.parametrize("livemode", [True, None])
def test_calls_in_the_other_mode_are_refused(shop: Connection, livemode: bool | None) -> None:
    user_id = sign_up(shop)
    customer_of(shop, user_id)
    for function in ("open_customer", "find_customer"):
        with refused(shop, "PT409", "provider_mode_differs"):
            rule(shop, function, user_id, None, "stripe", livemode)


def test_each_mode_has_customers_of_its_own(shop: Connection) -> None:
    user_id = sign_up(shop)
    in_test = customer_of(shop, user_id)
    rule(shop, "set_provider_mode", "stripe", True)
    row = open_customer(shop, user_id, livemode=True)
    assert row["customer_id"] is None
    rule(shop, "attach_customer", user_id, "stripe", True, "cus_live")
    rule(shop, "set_provider_mode", "stripe", False)
    assert open_customer(shop, user_id)["customer_id"] == in_test


def test_a_portal_is_opened_only_for_a_customer_that_there_is(shop: Connection) -> None:
    user_id = sign_up(shop)
    with refused(shop, "PT404", "customer_not_found"):
        rule(shop, "find_customer", user_id, None, "stripe", False)
    open_customer(shop, user_id)
    with refused(shop, "PT404", "customer_not_found"):
        rule(shop, "find_customer", user_id, None, "stripe", False)
    customer = customer_of(shop, user_id)
    rule(shop, "set_portal_configuration", "stripe", "bpc_1")
    (row,) = rule(shop, "find_customer", user_id, None, "stripe", False)
    assert row == {
        "account_id": user_id, "customer_id": customer, "portal_configuration_id": "bpc_1",
    }  # fmt: skip
    gone = payloads.customer(user_id, id=customer, deleted=True)
    tell(shop, payloads.event("customer.deleted", gone))
    with refused(shop, "PT404", "customer_not_found"):
        rule(shop, "find_customer", user_id, None, "stripe", False)


def test_a_cancellation_has_one_key_until_it_is_taken_back(shop: Connection) -> None:
    subscriber = subscribe(shop)
    (first,) = rule(shop, "request_cancel", subscriber.account_id, None, "stripe")
    assert (first["account_id"], first["subscription_id"]) == (
        subscriber.account_id,
        subscriber.sub["id"],
    )
    assert rule(shop, "request_cancel", subscriber.account_id, None, "stripe") == [first]
    tell(shop, subscriber.news("updated", cancel_at_period_end=True))
    assert rule(shop, "request_cancel", subscriber.account_id, None, "stripe") == [first]
    tell(shop, subscriber.news("updated", payloads.day(0) + 60))
    (second,) = rule(shop, "request_cancel", subscriber.account_id, None, "stripe")
    assert second["provider_key"] != first["provider_key"]


def test_where_nothing_is_subscribed_there_is_nothing_to_cancel(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    with refused(shop, "PT404", "subscription_not_found"):
        rule(shop, "request_cancel", subscriber.account_id, None, "stripe")
    tell(shop, subscriber.news("created", status="incomplete"))
    with refused(shop, "PT404", "subscription_not_found"):
        rule(shop, "request_cancel", subscriber.account_id, None, "stripe")
    tell(shop, subscriber.news("updated"))
    mallory = sign_up(shop)
    with refused(shop, "PT404", "account_not_found"):
        rule(shop, "request_cancel", mallory, subscriber.account_id, "stripe")
    tell(shop, subscriber.news("deleted", status="canceled", ended_at=payloads.day(0)))
    with refused(shop, "PT404", "subscription_not_found"):
        rule(shop, "request_cancel", subscriber.account_id, None, "stripe")
