"""The payloads of these tests have only fields that Stripe's own library annotates."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.events import payloads
from tests.events.older_payloads import before_basil
from tests.events.payloads import Json, day
from tests.events.subscription_payloads import (
    as_invoice_item,
    invoice,
    invoice_payment,
    price,
    prorated,
    subscription,
    subscription_item,
    with_payments,
)

ORDER: Json = {"account_id": "a", "order_id": "o", "total_cents": 650, "currency": "usd"}
INTENT = payloads.payment_intent(ORDER)
ITEM = subscription_item(price("price_pro", 1999), day(0), day(30))
SUBSCRIPTION = subscription([ITEM], "cus_1", {"account_id": "a"})
PRORATED = prorated(SUBSCRIPTION, ITEM, -500, 10)
PAID = invoice(SUBSCRIPTION, lines=[PRORATED, as_invoice_item(PRORATED)])
BUILT: list[tuple[Any, Json]] = [
    (stripe.Customer, payloads.customer("a")),
    (stripe.PaymentIntent, INTENT),
    (stripe.checkout.Session, payloads.session(ORDER, INTENT)),
    (stripe.Charge, payloads.charge(INTENT)),
    (stripe.Refund, payloads.refund(INTENT, 1)),
    (stripe.Dispute, payloads.dispute(INTENT)),
    (stripe.Event, payloads.event("refund.created", INTENT)),
    (stripe.Price, ITEM["price"]),
    (stripe.Subscription, SUBSCRIPTION),
    (stripe.SubscriptionItem, ITEM),
    (stripe.Invoice, with_payments(PAID)),
    (stripe.Invoice.Parent, PAID["parent"]),
    (stripe.Invoice.Parent.SubscriptionDetails, PAID["parent"]["subscription_details"]),
    (stripe.InvoiceLineItem, PRORATED),
    (stripe.InvoiceLineItem.Parent, PRORATED["parent"]),
    (
        stripe.InvoiceLineItem.Parent.SubscriptionItemDetails,
        PRORATED["parent"]["subscription_item_details"],
    ),
    (
        stripe.InvoiceLineItem.Parent.InvoiceItemDetails,
        as_invoice_item(PRORATED)["parent"]["invoice_item_details"],
    ),
    (stripe.InvoiceLineItem.Pricing, PRORATED["pricing"]),
    (stripe.InvoicePayment, invoice_payment(PAID, "pi_1")),
    (stripe.InvoicePayment.Payment, invoice_payment(PAID, "pi_1")["payment"]),
]


@pytest.mark.parametrize(("resource", "built"), BUILT, ids=lambda x: getattr(x, "__name__", ""))
def test_every_field_is_one_that_the_library_knows(resource: Any, built: Json) -> None:
    assert set(built) <= set(resource.__annotations__)


def test_the_older_shape_has_the_fields_that_basil_moved() -> None:
    sub = before_basil(payloads.event("customer.subscription.updated", SUBSCRIPTION))
    told = sub["data"]["object"]
    period = (told["current_period_start"], told["current_period_end"])
    assert period == (ITEM["current_period_start"], ITEM["current_period_end"])
    assert "current_period_end" not in told["items"]["data"][0]
    paid = before_basil(payloads.event("invoice.paid", PAID), "pi_1")["data"]["object"]
    assert (paid["subscription"], paid["payment_intent"]) == (SUBSCRIPTION["id"], "pi_1")
    assert paid["subscription_details"] == {"metadata": {"account_id": "a"}}
    assert [(line["price"]["id"], line["proration"]) for line in paid["lines"]["data"]] == [
        ("price_pro", True),
        ("price_pro", True),
    ]
    assert not {"parent", "payments"} & set(paid)
    assert not {"parent", "pricing"} & set(paid["lines"]["data"][0])
    assert "parent" in PAID, "the newer payload is left as it was"
