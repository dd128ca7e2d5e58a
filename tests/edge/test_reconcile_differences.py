"""What reconciliation cannot repair it tells: what Stripe has and we refuse, and the other way."""

from __future__ import annotations

import pytest

from tests.edge.reconciling import (
    buy_heard,
    buy_unheard,
    client,
    forget,
    lose,
    make_older,
    reconcile,
    thing,
)
from tests.edge.shop import BASIC, Shop


def only_difference(shop: Shop, *, is_dry: bool = False) -> tuple[str, str]:
    """Return name and text of the one difference that a run finds; it repairs nothing."""
    report = reconcile(shop, is_dry=is_dry)
    assert report.repaired == {}
    [difference] = report.differing.items()
    return difference


def test_a_payment_here_that_stripe_does_not_have_is_told(shop: Shop) -> None:
    user_id, intent_id = buy_heard(shop)
    forget(shop, "checkout.session")
    forget(shop, "payment_intent")
    name, text = only_difference(shop)
    assert name == intent_id
    assert text == f"payment {intent_id} of account {user_id}: Stripe does not have it as paid"
    assert shop.history(user_id) == BASIC


def test_a_payment_here_that_is_not_paid_at_stripe_is_told(shop: Shop) -> None:
    _, intent_id = buy_heard(shop)
    thing(shop, "payment_intent", intent_id)["status"] = "canceled"
    forget(shop, "checkout.session")
    assert only_difference(shop)[0] == intent_id


@pytest.mark.parametrize(("field", "wrong"), [("amount_received", 1), ("currency", "eur")])
def test_a_payment_of_another_amount_or_currency_is_told(
    shop: Shop, field: str, wrong: object
) -> None:
    _, intent_id = buy_heard(shop)
    intent = thing(shop, "payment_intent", intent_id)
    amount = intent["amount_received"]
    intent[field] = wrong
    name, text = only_difference(shop)
    assert name == intent_id
    assert f"{amount} usd cents here" in text


def test_a_refund_here_that_stripe_does_not_have_is_told(shop: Shop) -> None:
    _, intent_id = buy_heard(shop)
    client(shop).v1.refunds.create({"payment_intent": intent_id})
    assert shop.stripe.control.settle()
    assert reconcile(shop).differing == {}
    assert not any("payment_intent" in call.params for call in shop.asked("GET", "/v1/charges"))
    forget(shop, "refund")
    [charge] = shop.stripe.state.all("charge")
    charge["amount_refunded"] = 0
    name, text = only_difference(shop)
    assert name == intent_id
    assert "0 usd cents went back by Stripe's account" in text


def test_a_dispute_here_that_stripe_does_not_have_is_told(shop: Shop) -> None:
    _, intent_id = buy_heard(shop)
    shop.stripe.control.do("open_dispute", payment_intent=intent_id)
    assert shop.stripe.control.settle()
    assert reconcile(shop).differing == {}
    forget(shop, "dispute")
    assert only_difference(shop)[0] == intent_id


def test_an_object_older_than_the_lists_reach_is_looked_for_by_its_id(shop: Shop) -> None:
    _, intent_id = buy_heard(shop)
    client(shop).v1.refunds.create({"payment_intent": intent_id, "amount": 100})
    shop.stripe.control.do("open_dispute", payment_intent=intent_id, amount=50)
    assert shop.stripe.control.settle()
    make_older(shop, 90)
    report = reconcile(shop)
    assert (report.repaired, report.differing) == ({}, {})
    assert report.read == report.agreed == 2, "the dispute, and the payment here"


@pytest.mark.parametrize("is_dry", [False, True])
def test_a_session_that_was_not_paid_as_ordered_is_told_and_not_credited(
    shop: Shop, is_dry: bool
) -> None:
    [user_id] = buy_unheard(shop)
    [session] = shop.stripe.state.all("checkout.session")
    [intent] = shop.stripe.state.all("payment_intent")
    session["amount_total"] = intent["amount_received"] = 1
    forget(shop, "event")
    report = reconcile(shop, is_dry=is_dry)
    assert report.repaired == {}
    assert set(report.differing) == {session["id"], intent["id"]}
    assert all("quarantined, " in text for text in report.differing.values())
    assert shop.history(user_id) == []


def test_a_session_of_nobody_is_told_once_however_often_it_is_looked_at(shop: Shop) -> None:
    buy_heard(shop)
    [session] = shop.stripe.state.all("checkout.session")
    stranger = {**session, "id": "cs_test_stranger", "metadata": {}, "payment_intent": None}
    shop.stripe.state.put(stranger)
    assert only_difference(shop)[0] == "cs_test_stranger"
    kept = shop.query("select count(*) from credits.stripe_events")
    alerts = shop.query("select count(*) from credits.outbox")
    assert only_difference(shop)[0] == "cs_test_stranger"
    assert shop.query("select count(*) from credits.stripe_events") == kept
    assert shop.query("select count(*) from credits.outbox") == alerts


@pytest.mark.parametrize("is_dry", [False, True])
def test_an_event_that_cannot_be_applied_is_told_with_its_reason(shop: Shop, is_dry: bool) -> None:
    session_id = shop.check_out(shop.sign_up())["session_id"]
    thing(shop, "checkout.session", session_id)["metadata"] = {}
    lose(shop, lambda: shop.stripe.control.act(session_id, "expire"))
    assert only_difference(shop, is_dry=is_dry) == (
        session_id,
        f"checkout.session.expired {session_id}: quarantined, no order in the metadata",
    )


def test_a_session_of_the_other_mode_is_told_and_not_credited(shop: Shop) -> None:
    [user_id] = buy_unheard(shop)
    for kind in ("checkout.session", "payment_intent", "event"):
        for it in shop.stripe.state.all(kind):
            it["livemode"] = True
    report = reconcile(shop)
    assert report.repaired == {}
    assert report.differing
    assert all("mode do not mix" in text for text in report.differing.values())
    assert shop.history(user_id) == []


def test_a_refund_of_a_payment_of_nobody_is_told_as_waiting(shop: Shop) -> None:
    [user_id] = buy_unheard(shop)
    [intent] = shop.stripe.state.all("payment_intent")
    lose(shop, lambda: client(shop).v1.refunds.create({"payment_intent": intent["id"]}))
    forget(shop, "event")
    forget(shop, "checkout.session")
    intent["metadata"] = {}
    report = reconcile(shop)
    [charge], [refund] = shop.objects("charge"), shop.objects("refund")
    assert set(report.differing) == {charge["id"], refund["id"]}
    assert all("waiting, its payment is not known yet" in it for it in report.differing.values())
    assert shop.history(user_id) == []


def test_an_object_that_the_database_cannot_read_stops_no_other_one(shop: Shop) -> None:
    [user_id] = buy_unheard(shop)
    forget(shop, "event")
    broken = {**shop.objects("checkout.session")[0], "id": "cs_test_broken", "url": "\ud800"}
    shop.stripe.state.put(broken)
    report = reconcile(shop)
    assert report.differing == {
        "cs_test_broken": "checkout.session.completed cs_test_broken: failed, 22023 invalid_event"
    }
    assert shop.history(user_id) == BASIC


def test_what_was_stuck_before_the_start_is_not_told(shop: Shop) -> None:
    session_id = shop.check_out(shop.sign_up())["session_id"]
    thing(shop, "checkout.session", session_id)["metadata"] = {}
    shop.stripe.control.act(session_id, "expire")
    assert shop.stripe.control.settle()
    assert only_difference(shop)[0] == session_id
    shop.query("update credits.stripe_events set received_at = received_at - interval '61 days'")
    assert reconcile(shop).differing == {}


def test_an_event_that_failed_is_tried_again(shop: Shop) -> None:
    buy_heard(shop)
    shop.query("create unique index broken on credits.payments ((true))")
    [user_id] = buy_unheard(shop)
    broken = reconcile(shop)
    assert set(broken.repaired) == {shop.stripe.state.all("charge")[-1]["id"]}, "its card"
    assert broken.differing
    assert all("failed, 23505 " in text for text in broken.differing.values())
    shop.query("drop index credits.broken")
    for kind in ("event", "checkout.session"):
        forget(shop, kind)
    shop.stripe.state.all("payment_intent")[-1]["metadata"] = {}
    report = reconcile(shop)
    assert (bool(report.repaired), report.differing) == (True, {})
    assert shop.history(user_id) == BASIC


def test_what_goes_back_while_the_run_looks_is_no_difference(shop: Shop) -> None:
    _, intent_id = buy_heard(shop)
    refunded: list[object] = []

    def refund_after_the_last_list(line: str) -> None:
        if line == "disputes: 0 read" and not refunded:
            refunded.append(client(shop).v1.refunds.create({"payment_intent": intent_id}))
            assert shop.stripe.control.settle()

    report = reconcile(shop, progress=refund_after_the_last_list)
    assert refunded
    assert (report.repaired, report.differing) == ({}, {})
