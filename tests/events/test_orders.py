"""Orders: what is told of a payment, in every order and however often, ends in one state."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.purchases import let_pass, promote
from tests.events import payloads
from tests.events.deliveries import final_state, wallet
from tests.events.payloads import Json
from tests.events.shop import (
    buy,
    customer_of,
    moves,
    nothing_is_credited,
    order_of,
    rows,
    rule,
    stored,
    tell,
)  # fmt: skip
from tests.support import Connection, sign_up
from tests.wallets import Row, refused

BOUGHT = [("purchase", 50), ("bonus", 5)]
UNPAID = {"payment_status": "unpaid"}
SCENARIOS: dict[str, tuple[list[str], str]] = {
    "paid": (["completed", "intent"], "paid"),
    "paid later": (["completed unpaid", "async_payment_succeeded", "intent"], "paid"),
    "never paid": (["completed unpaid", "async_payment_failed"], "failed"),
    "let go": (["expired"], "expired"),
    "failed, then paid": (["completed unpaid", "async_payment_failed", "intent"], "paid"),
    "failed and paid later": (
        ["completed unpaid", "async_payment_failed", "async_payment_succeeded"], "paid",
    ),
    "expired, yet paid": (["expired", "completed", "intent"], "paid"),
    "everything": (["completed unpaid", "expired", "async_payment_failed", "completed"], "paid"),
    "declined first": (["intent failed", "completed", "intent"], "paid"),
}  # fmt: skip


def tellings(order: Row) -> dict[str, Json]:
    """Return everything that may be told of an order by name, all of one session and intent."""
    intent = payloads.payment_intent(order)
    done = payloads.session(order, intent)
    failed = intent | {"status": "requires_payment_method", "amount_received": 0}
    lapsed = done | UNPAID | {"status": "expired", "payment_intent": None}

    def of_session(word: str, told: Json) -> Json:
        return payloads.event(f"checkout.session.{word}", told)

    return {
        "completed": of_session("completed", done),
        "completed unpaid": of_session("completed", done | UNPAID),
        "async_payment_succeeded": of_session("async_payment_succeeded", done),
        "async_payment_failed": of_session("async_payment_failed", done | UNPAID),
        "expired": of_session("expired", lapsed),
        "intent": payloads.event("payment_intent.succeeded", intent),
        "intent failed": payloads.event("payment_intent.payment_failed", failed),
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_order_of_the_news_ends_in_one_state(shop: Connection, name: str) -> None:
    told, status = SCENARIOS[name]
    order = buy(shop)
    events = tellings(order)

    def read() -> Any:
        return order_of(shop, order)["status"], wallet(shop, order["account_id"])

    state = final_state(shop, [events[one] for one in told], read)
    assert state[0] == status
    assert sum(amount for _, amount, _ in state[1]["grants"]) == (55 if status == "paid" else 0)
    assert len(state[1]["payments"]) == (1 if status == "paid" else 0)


def test_nothing_is_credited_before_it_is_paid(shop: Connection) -> None:
    order = buy(shop)
    events = tellings(order)
    with nothing_is_credited(shop):
        assert tell(shop, events["completed unpaid"]) == "ignored"
    assert order_of(shop, order)["status"] == "open"
    assert tell(shop, events["async_payment_succeeded"]) == "applied"
    assert moves(shop, order["account_id"]) == BOUGHT


def test_the_second_telling_of_a_payment_is_nothing_new(shop: Connection) -> None:
    order = buy(shop)
    events = tellings(order)
    assert tell(shop, events["intent"]) == "applied"
    with nothing_is_credited(shop):
        assert tell(shop, events["completed"]) == "ignored"


def test_an_order_cannot_be_paid_by_two_payments(shop: Connection) -> None:
    order = buy(shop)
    assert tell(shop, tellings(order)["completed"]) == "applied"
    with nothing_is_credited(shop):
        assert tell(shop, tellings(order)["completed"]) == "quarantined"


def test_an_order_of_nothing_is_paid_by_its_session(shop: Connection) -> None:
    promote(shop, "ALL", discount_value=100)
    order = buy(shop, promotion_code="ALL")
    done = payloads.session(order, None)
    assert done["amount_total"] == 0
    for _ in range(2):
        tell(shop, payloads.event("checkout.session.completed", done))
    assert moves(shop, order["account_id"]) == BOUGHT
    (payment,) = rows(shop, "select id, amount_cents from credits.payments")
    assert payment == {"id": done["id"], "amount_cents": 0}


@pytest.mark.parametrize("end", ["expired", "async_payment_failed"])
def test_an_order_that_ends_unpaid_gives_its_promotion_back(shop: Connection, end: str) -> None:
    promote(shop, "ONCE", maximum_uses=1)
    order = buy(shop, promotion_code="ONCE")
    with refused(shop, "22023", "promotion_code_invalid"):
        buy(shop, promotion_code="ONCE")
    assert tell(shop, tellings(order)[end]) == "applied"
    assert buy(shop, promotion_code="ONCE")["order_id"]


@pytest.mark.parametrize("end", ["expired", "async_payment_failed"])
def test_an_order_that_is_paid_keeps_its_promotion(shop: Connection, end: str) -> None:
    promote(shop, "ONCE", maximum_uses=1)
    order = buy(shop, promotion_code="ONCE")
    assert tell(shop, tellings(order)["completed"]) == "applied"
    with nothing_is_credited(shop):
        assert tell(shop, tellings(order)[end]) == "ignored"
    let_pass(shop, "30 hours")
    with refused(shop, "22023", "promotion_code_invalid"):
        buy(shop, promotion_code="ONCE")


def test_a_payment_that_comes_too_late_for_its_promotion_still_counts(shop: Connection) -> None:
    promote(shop, "ONCE", maximum_uses=1)
    order = buy(shop, promotion_code="ONCE")
    tell(shop, tellings(order)["expired"])
    other = buy(shop, promotion_code="ONCE")
    for one in (other, order):
        assert tell(shop, tellings(one)["completed"]) == "applied"
        assert moves(shop, one["account_id"]) == BOUGHT


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("checkout.session.completed", {"mode": "setup", "metadata": {}}),
        ("checkout.session.completed", {"metadata": {}}),
        ("checkout.session.expired", {"metadata": {}}),
        ("payment_intent.succeeded", {"metadata": {}}),
        ("payment_intent.succeeded", {"metadata": {"order_id": "not ours"}}),
    ],
)
def test_what_somebody_else_sells_at_the_same_provider_is_not_ours(
    shop: Connection, kind: str, fields: Json
) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order)
    subject = payloads.session(order, intent) if "session" in kind else intent
    told = payloads.event(kind, subject | fields)
    with nothing_is_credited(shop):
        assert tell(shop, told) in ("ignored", "quarantined")
    assert stored(shop, told)["reason"]


def test_orders_tell_what_became_of_them(shop: Connection) -> None:
    user_id = sign_up(shop)
    paid, lapsed, waiting = (buy(shop, user_id=user_id) for _ in range(3))
    tell(shop, tellings(paid)["completed"])
    tell(shop, tellings(lapsed)["expired"])
    states = [order_of(shop, order)["status"] for order in (paid, lapsed, waiting)]
    assert states == ["paid", "expired", "open"]
    assert order_of(shop, paid)["paid_at"] is not None
    assert rule(shop, "list_open_stripe_events", 5) == []


def test_who_has_gone_meanwhile_still_gets_what_was_paid(shop: Connection) -> None:
    closed, deleted = buy(shop), buy(shop)
    query = "update credits.accounts set status = 'closed' where id = %s"
    shop.execute(query, [closed["account_id"]])
    shop.execute("delete from auth.users where id = %s", [deleted["account_id"]])
    for order in (closed, deleted):
        assert tell(shop, tellings(order)["completed"]) == "applied"
        assert moves(shop, order["account_id"]) == BOUGHT


@pytest.mark.parametrize("customer", [None, "cus_of_nobody", "own"])
def test_who_pays_without_a_known_customer_is_credited_too(
    shop: Connection, customer: str | None
) -> None:
    order = buy(shop)
    if customer == "own":
        customer = customer_of(shop, order["account_id"])
    intent = payloads.payment_intent(order, customer=customer)
    done = payloads.session(order, intent, customer=customer)
    assert tell(shop, payloads.event("checkout.session.completed", done)) == "applied"
    assert tell(shop, payloads.event("payment_intent.succeeded", intent)) == "ignored"
    assert moves(shop, order["account_id"]) == BOUGHT
