"""Disputes of the stand-in: opened by the bank, answered, decided; and whose money it is."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from tests.stripe.buying import last_event, pay, types_after


@pytest.fixture
def paid(client: stripe.StripeClient, stand_in: App) -> stripe.PaymentIntent:
    return pay(client, stand_in)


def moved(dispute: dict[str, Any]) -> list[tuple[int, int, int]]:
    """Return amount, fee and net of everything a dispute moved."""
    return [(it["amount"], it["fee"], it["net"]) for it in dispute["balance_transactions"]]


def short(types: list[str]) -> list[str]:
    return [name.removeprefix("charge.dispute.") for name in types]


def test_a_chargeback_takes_the_money_and_tells_of_it(
    client: stripe.StripeClient, stand_in: App, paid: stripe.PaymentIntent
) -> None:
    before = last_event(client)
    made = stand_in.control.do("open_dispute", payment_intent=paid.id)
    assert (made["status"], made["amount"], made["currency"]) == ("needs_response", 1000, "usd")
    assert (made["charge"], made["payment_intent"]) == (paid.latest_charge, paid.id)
    assert moved(made) == [(-1000, 1500, -2500)]
    assert short(types_after(client, before)) == ["created", "funds_withdrawn"]
    assert client.v1.charges.retrieve(str(paid.latest_charge)).disputed is True
    read = client.v1.disputes.retrieve(made["id"])
    assert read.to_dict() == made
    assert [it.id for it in client.v1.disputes.list({"payment_intent": paid.id}).data] == [read.id]


def test_a_dispute_can_be_of_a_part(stand_in: App, paid: stripe.PaymentIntent) -> None:
    made = stand_in.control.do("open_dispute", charge=paid.latest_charge, amount=250)
    assert (made["amount"], moved(made)) == (250, [(-250, 1500, -1750)])
    with pytest.raises(ApiError):
        stand_in.control.do("open_dispute", charge=paid.latest_charge, amount=1001)


@pytest.mark.parametrize(
    ("outcome", "types", "money"),
    [
        ("won", ["closed", "funds_reinstated"], [(-1000, 1500, -2500), (1000, -1500, 2500)]),
        ("prevented", ["closed", "funds_reinstated"], [(-1000, 1500, -2500), (1000, -1500, 2500)]),
        ("lost", ["closed"], [(-1000, 1500, -2500)]),
    ],
)
def test_only_a_lost_dispute_keeps_the_money(
    client: stripe.StripeClient,
    stand_in: App,
    paid: stripe.PaymentIntent,
    outcome: str,
    types: list[str],
    money: list[tuple[int, int, int]],
) -> None:
    made = stand_in.control.do("open_dispute", payment_intent=paid.id)
    before = last_event(client)
    stand_in.control.do("update_dispute", dispute=made["id"], status="under_review")
    closed = stand_in.control.do("close_dispute", dispute=made["id"], outcome=outcome)
    assert (closed["status"], moved(closed)) == (outcome, money)
    assert short(types_after(client, before)) == ["updated", *types]


def test_an_inquiry_moves_no_money(
    client: stripe.StripeClient, stand_in: App, paid: stripe.PaymentIntent
) -> None:
    before = last_event(client)
    made = stand_in.control.do("open_dispute", payment_intent=paid.id, inquiry=True)
    assert made["status"] == "warning_needs_response"
    closed = stand_in.control.do("close_dispute", dispute=made["id"], outcome="warning_closed")
    assert (closed["status"], moved(closed)) == ("warning_closed", [])
    assert short(types_after(client, before)) == ["created", "closed"]


def test_an_inquiry_can_become_a_chargeback(
    client: stripe.StripeClient, stand_in: App, paid: stripe.PaymentIntent
) -> None:
    made = stand_in.control.do("open_dispute", payment_intent=paid.id, inquiry=True)
    before = last_event(client)
    turned = stand_in.control.do("update_dispute", dispute=made["id"], status="needs_response")
    assert moved(turned) == [(-1000, 1500, -2500)]
    assert short(types_after(client, before)) == ["updated", "funds_withdrawn"]


def test_a_bank_may_think_twice(stand_in: App, paid: stripe.PaymentIntent) -> None:
    made = stand_in.control.do("open_dispute", payment_intent=paid.id)
    for outcome, left in (("won", 0), ("lost", -1000), ("won", 0)):
        closed = stand_in.control.do("close_dispute", dispute=made["id"], outcome=outcome)
        assert sum(amount for amount, _, _ in moved(closed)) == left


def test_a_charge_is_not_refunded_while_its_money_is_withheld(
    client: stripe.StripeClient, stand_in: App, paid: stripe.PaymentIntent
) -> None:
    made = stand_in.control.do("open_dispute", payment_intent=paid.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    stand_in.control.do("close_dispute", dispute=made["id"], outcome="won")
    assert client.v1.refunds.create({"payment_intent": paid.id, "amount": 1}).amount == 1
    stand_in.control.do("open_dispute", payment_intent=paid.id, inquiry=True)
    assert client.v1.refunds.create({"payment_intent": paid.id}).amount == 999


def test_an_unknown_status_or_charge_is_refused(stand_in: App, paid: stripe.PaymentIntent) -> None:
    control = stand_in.control
    made = control.do("open_dispute", payment_intent=paid.id)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("open_dispute", {"charge": "ch_none"}),
        ("open_dispute", {}),
        ("update_dispute", {"dispute": made["id"], "status": "charge_refunded"}),
        ("close_dispute", {"dispute": made["id"], "outcome": "needs_response"}),
        ("close_dispute", {"dispute": "du_none", "outcome": "won"}),
        ("close_dispute", {"dispute": made["id"]}),
        ("close_disputes", {"dispute": made["id"]}),
    ]
    for name, arguments in wrong:
        with pytest.raises(ApiError):
            control.do(name, **arguments)
