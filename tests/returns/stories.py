"""Stories of money: everything that Stripe tells of what happened to one account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.billing.purchases import open_order, promote
from tests.events.payloads import Json, again, charge, day, dispute, event, session
from tests.events.shop import Subscriber, new_subscriber
from tests.events.subscription_payloads import invoice, invoice_payment, line, prorated
from tests.returns.model import Told
from tests.returns.sales import Purchase, buy, paid
from tests.support import Connection, sign_up


@dataclass(frozen=True)
class Story:
    """All events of what happened to one account, in the order in which it happened."""

    account_id: UUID
    events: list[Json]


def of_purchase(*news: Told | str) -> Callable[[Connection], Story]:
    """Return what begins a story of a pack: told is that it was paid, and what is named.

    Words are events of the checkout's session, or ``intent`` for its intent.
    """

    def begin(conn: Connection) -> Story:
        purchase = buy(conn)
        return Story(purchase.account_id, [_purchase_event(purchase, one) for one in news])

    return begin


def _purchase_event(purchase: Purchase, news: Told | str) -> Json:
    if isinstance(news, Told):
        return purchase.event(news)
    if news == "intent":
        return event("payment_intent.succeeded", purchase.intent)
    done = session(purchase.order, purchase.intent)
    word, _, unpaid = news.partition(" ")
    if unpaid:
        done |= {"payment_status": "unpaid"}
    if word == "expired":
        done |= {"status": "expired", "payment_status": "unpaid", "payment_intent": None}
    return event(f"checkout.session.{word}", done)


def for_nothing(conn: Connection) -> Story:
    """A pack that a promotion pays for in full, told twice."""
    code = promote(conn, f"FREE{sign_up(conn).hex[:8]}", discount_value=100)
    order = open_order(conn, sign_up(conn), package="pack", promotion_code=code)
    told = event("checkout.session.completed", session(order, None))
    return Story(order["account_id"], [told, again(told)])


def two_packs(conn: Connection) -> Story:
    """Two packs of one account."""
    first = buy(conn)
    second = buy(conn, first.account_id, "plain")
    done = [purchase.event(paid(purchase)) for purchase in (first, second)]
    intents = [_purchase_event(purchase, "intent") for purchase in (first, second)]
    return Story(first.account_id, [*done, *intents])


def of_subscription(
    tell: Callable[[Subscriber], list[Json]], plan: str = "pro", **arguments: Any
) -> Callable[[Connection], Story]:
    """Return what begins a story of a new subscriber."""

    def begin(conn: Connection) -> Story:
        subscriber = new_subscriber(conn, plan, **arguments)
        return Story(subscriber.account_id, tell(subscriber))

    return begin


def subscribed(one: Subscriber) -> list[Json]:
    """Told in every way there is."""
    bill = one.bill("subscription_create")
    return [
        one.news("created", day(-1), status="incomplete"),
        one.news("updated", day(-1)),
        bill,
        again(bill) | {"type": "invoice.payment_succeeded"},
        _payment_of(one, bill),
    ]


def _intent_of(one: Subscriber, bill: Json) -> Json:
    """Return the intent that paid an invoice."""
    paid_id, cents = bill["data"]["object"]["id"], bill["data"]["object"]["amount_paid"]
    return {
        "id": "pi_" + paid_id, "latest_charge": "ch_" + paid_id, "amount": cents,
        "currency": "usd", "customer": one.sub["customer"], "metadata": {}, "livemode": False,
    }  # fmt: skip


def _payment_of(one: Subscriber, bill: Json) -> Json:
    intent = _intent_of(one, bill)
    return event("invoice_payment.paid", invoice_payment(bill["data"]["object"], intent["id"]))


def renewed(one: Subscriber) -> list[Json]:
    """The first period is over, the second is paid."""
    first = [one.news("created", day(-31)), one.bill("subscription_create")]
    one.advance(day(-1), day(29))
    return [*first, one.news("updated", day(-1)), one.bill()]


def upgraded(*returned: str) -> Callable[[Subscriber], list[Json]]:
    """Return what tells of a change from 200 credits to 1000 in the middle of a period.

    Half of the one price is given back and half of the other paid: for 400 credits.

    Args:
        returned: what became of the money: ``period`` or ``change`` refunded, ``part`` of the
            change refunded, ``lost`` or ``won``: the change disputed.
    """

    def tell(one: Subscriber) -> list[Json]:
        period = one.bill("subscription_create")
        told = [one.news("created", day(-1)), period, _payment_of(one, period)]
        before = prorated(one.sub, one.item, -1000, 15)
        one.switch("team")
        lines = [before, prorated(one.sub, one.item, 2500, 15)]
        change = one.bill("subscription_update", lines=lines)
        told += [one.news("updated", day(0)), change, _payment_of(one, change)]
        bills = {"period": period}
        for what in returned:
            intent = _intent_of(one, bills.get(what, change))
            claim = dispute(intent, id="du_" + intent["id"], status="needs_response")
            closed = event("charge.dispute.closed", claim | {"status": what}, day(0) + 9)
            told += {
                "period": [event("charge.refunded", charge(intent, 1999))],
                "change": [event("charge.refunded", charge(intent, 1500))],
                "part": [event("charge.refunded", charge(intent, 600))],
                "lost": [event("charge.dispute.created", claim, day(0)), closed],
                "won": [event("charge.dispute.created", claim, day(0)), closed],
            }[what]
        return told

    return tell


def downgraded(one: Subscriber) -> list[Json]:
    """From 1000 credits to 200, at the next renewal."""
    first = [one.news("created", day(-1)), one.bill("subscription_create")]
    one.switch("pro")
    return [*first, one.news("updated", day(0))]


def cancelled(one: Subscriber) -> list[Json]:
    """At once."""
    ended = {"status": "canceled", "canceled_at": day(0), "ended_at": day(0)}
    return [
        one.news("created", day(-1)),
        one.bill("subscription_create"),
        one.news("updated", day(-1) + 9, cancel_at_period_end=True, cancel_at=day(29)),
        one.news("deleted", day(0), **ended),
    ]


def thought_better(one: Subscriber) -> list[Json]:
    """Cancelled at the period's end, and not after all."""
    cancelling = {"cancel_at_period_end": True, "cancel_at": day(29)}
    return [
        one.news("created", day(-1)),
        one.bill("subscription_create"),
        one.news("updated", day(-1) + 5, **cancelling),
        one.news("updated", day(-1) + 9),
    ]


def in_arrears(one: Subscriber) -> list[Json]:
    """The card is declined at first."""
    bill = one.bill("subscription_create")
    owed = bill["data"]["object"] | {"status": "open", "amount_paid": 0, "amount_remaining": 1999}
    return [
        one.news("created", day(-1)),
        event("invoice.payment_failed", owed),
        one.news("updated", day(-1) + 5, status="past_due"),
        bill,
        one.news("updated", day(-1) + 9),
    ]


def tried(one: Subscriber) -> list[Json]:
    """A trial that still runs."""
    one.sub |= {"status": "trialing", "trial_start": day(-1), "trial_end": day(13)}
    free = line(one.sub, one.item, amount=0)
    free["pricing"]["unit_amount_decimal"] = "0"
    bill = event("invoice.paid", invoice(one.sub, "subscription_create", lines=[free]))
    return [one.news("created", day(-1)), one.news("updated", day(-1) + 5), bill]


def of_invoice(*news: tuple[str, str]) -> Callable[[Subscriber], list[Json]]:
    """Return what tells that the payment of an invoice came, and what became of it.

    Args:
        news: types of events, and the status of the dispute they tell of; none for the refund.
    """

    def tell(one: Subscriber) -> list[Json]:
        bill = one.bill("subscription_create")
        payment = _intent_of(one, bill)
        told = [
            one.news("created", day(-1)),
            bill,
            _payment_of(one, bill),
        ]
        claim = dispute(payment)
        for second, (type_, status) in enumerate(news):
            subject = claim | {"status": status} if status else charge(payment, 1999)
            told.append(event(type_, subject, day(-1) + second))
        return told

    return tell
