"""What tests of upgrades share: a change of price in mid-period, and its paid invoice."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tests.events.payloads import DAY, Json, event
from tests.events.shop import Subscriber
from tests.events.subscription_payloads import invoice, prorated


def change_price(one: Subscriber, new: Json, days_left: int) -> tuple[Json, Json]:
    """Let a subscriber change to another price for the rest of the period.

    Returns:
        The news of the subscription, and that the invoice is paid: it gives back what is left of
        the old price and charges what is left of the new one, in whole cents.
    """
    old = {**one.item}
    one.item.update(price=new)
    share = Decimal(days_left * DAY) / (old["current_period_end"] - old["current_period_start"])
    lines = [
        prorated(one.sub, old, -_cents(old, share), days_left),
        prorated(one.sub, one.item, _cents(one.item, share), days_left),
    ]
    bill = invoice(one.sub, "subscription_update", lines=lines)
    return one.news(), event("invoice.paid", bill)


def _cents(item: Json, share: Decimal) -> int:
    return int((item["price"]["unit_amount"] * share).quantize(Decimal(1), ROUND_HALF_UP))
