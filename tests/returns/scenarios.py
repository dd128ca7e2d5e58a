"""The scenarios as data: what Stripe tells of each, and what must come of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.events.payloads import day
from tests.returns.model import Told
from tests.returns.stories import (
    Story,
    cancelled,
    downgraded,
    for_nothing,
    in_arrears,
    of_invoice,
    of_purchase,
    of_subscription,
    renewed,
    subscribed,
    thought_better,
    tried,
    two_packs,
    upgraded,
)
from tests.support import Connection


@dataclass(frozen=True)
class Ending:
    """What must come of a story.

    Attributes:
        balance: credits that are left; nothing is spent in these stories.
        returned: cents that are with the payer again.
        plan: the account's.
        orders: their statuses, in order.
        subscription: its status.
        payments: how many.
    """

    balance: int
    returned: int = 0
    plan: str = "free"
    orders: tuple[str, ...] = ("paid",)
    subscription: str | None = None
    payments: int = 1


DONE = Told("checkout.session.completed", 1000)


def in_sum(cents: int) -> Told:
    """Return the news that so many cents of the pack are refunded in all."""
    return Told("charge.refunded", cents)


def refund(word: str, cents: int, status: str = "succeeded", number: int = 1) -> Told:
    """Return the news of one refund of the pack."""
    return Told(f"refund.{word}", cents, f"re_{number}", status)


def claim(word: str, status: str, at: int) -> Told:
    """Return the news of the dispute of the pack."""
    return Told(f"charge.dispute.{word}", 1000, "du_1", status, at)


OPENED, DRAWN = (
    claim("created", "needs_response", 10),
    claim("funds_withdrawn", "needs_response", 10),
)
WON, BACK = claim("closed", "won", 30), claim("funds_reinstated", "won", 30)
LOST = claim("closed", "lost", 30)
# The 200 credits of the period, and half of the 1000 less half of the 200.
UPGRADED = Ending(600, plan="team", orders=("open",), subscription="active", payments=2)

SCENARIOS: dict[str, tuple[Callable[[Connection], Story], Ending]] = {
    # Purchases.
    "a pack": (of_purchase("completed", "intent"), Ending(1100)),
    "a pack for nothing": (for_nothing, Ending(1100)),
    "two packs": (two_packs, Ending(1200, orders=("paid", "paid"), payments=2)),
    "expired, yet paid": (of_purchase("expired", "completed", "intent"), Ending(1100)),
    # Payments that take days.
    "paid later": (
        of_purchase("completed unpaid", "async_payment_succeeded", "intent"), Ending(1100),
    ),
    "never paid": (
        of_purchase("completed unpaid", "async_payment_failed unpaid"),
        Ending(0, orders=("failed",), payments=0),
    ),
    "failed, then paid": (
        of_purchase("completed unpaid", "async_payment_failed unpaid", "intent"), Ending(1100),
    ),
    # Subscriptions.
    "subscribed": (
        of_subscription(subscribed),
        Ending(200, plan="pro", orders=("open",), subscription="active"),
    ),
    "renewed": (
        of_subscription(renewed, start=day(-31), end=day(-1)),
        Ending(200, plan="pro", orders=("open",), subscription="active", payments=2),
    ),
    "upgraded": (of_subscription(upgraded()), UPGRADED),
    "downgraded": (
        of_subscription(downgraded, "team"),
        Ending(1000, plan="team", orders=("open",), subscription="active"),
    ),
    "cancelled": (
        of_subscription(cancelled), Ending(200, orders=("open",), subscription="canceled"),
    ),
    "cancelled, then not": (
        of_subscription(thought_better),
        Ending(200, plan="pro", orders=("open",), subscription="active"),
    ),
    "in arrears, then paid": (
        of_subscription(in_arrears),
        Ending(200, plan="pro", orders=("open",), subscription="active"),
    ),
    "a trial": (
        of_subscription(tried, "tried", end=day(13)),
        Ending(30, plan="tried", orders=("open",), subscription="trialing", payments=0),
    ),
    # Refunds.
    "refunded in two steps": (
        of_purchase(
            DONE, refund("created", 300), in_sum(300),
            refund("created", 400, number=2), in_sum(700),
        ),
        Ending(330, 700),
    ),
    "a refund that failed": (
        of_purchase(
            DONE, refund("created", 400, "pending"), in_sum(400), refund("failed", 400, "failed")
        ),
        Ending(1100),
    ),
    "an invoice refunded": (
        of_subscription(of_invoice(("charge.refunded", ""))),
        Ending(0, 1999, plan="pro", orders=("open",), subscription="active"),
    ),
    "upgraded, the period refunded": (
        of_subscription(upgraded("period")), replace(UPGRADED, balance=400, returned=1999),
    ),
    "upgraded, the change refunded": (
        of_subscription(upgraded("change")), replace(UPGRADED, balance=200, returned=1500),
    ),
    "upgraded, both refunded": (
        of_subscription(upgraded("period", "change")),
        replace(UPGRADED, balance=0, returned=1999 + 1500),
    ),
    "upgraded, the period and a part refunded": (
        of_subscription(upgraded("period", "part")),
        replace(UPGRADED, balance=240, returned=1999 + 600),
    ),
    # Disputes.
    "an inquiry only": (
        of_purchase(
            DONE,
            claim("created", "warning_needs_response", 10),
            claim("updated", "warning_under_review", 20),
            claim("closed", "warning_closed", 30),
        ),
        Ending(1100),
    ),
    "won": (of_purchase(DONE, OPENED, DRAWN, WON, BACK), Ending(1100)),
    "lost": (of_purchase(DONE, OPENED, DRAWN, LOST), Ending(0, 1000)),
    "refunded in part, disputed and won": (
        of_purchase(DONE, in_sum(400), OPENED, WON, refund("updated", 400)), Ending(660, 400),
    ),
    "an invoice disputed and lost": (
        of_subscription(
            of_invoice(
                ("charge.dispute.created", "needs_response"), ("charge.dispute.closed", "lost")
            )
        ),
        Ending(0, 1999, plan="pro", orders=("open",), subscription="active"),
    ),
    "upgraded, disputed and lost": (
        of_subscription(upgraded("lost")), replace(UPGRADED, balance=200, returned=1500),
    ),
    "upgraded, the period refunded, disputed and won": (
        of_subscription(upgraded("period", "won")), replace(UPGRADED, balance=400, returned=1999),
    ),
}  # fmt: skip
