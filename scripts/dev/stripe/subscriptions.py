"""The life of a subscription: started, renewed, changed in status, ended."""

from __future__ import annotations

from scripts.dev.stripe import events, invoice_objects, invoices, subscription_objects
from scripts.dev.stripe.money import format_money
from scripts.dev.stripe.periods import DAY_SECONDS, period_end
from scripts.dev.stripe.store import Json, State

KIND = "subscription"
LIVE = ("trialing", "active", "past_due")
ENDED = ("canceled", "incomplete_expired")
_UPDATED = "customer.subscription.updated"


def start(state: State, customer_id: str, line: Json, data: Json, card_id: str) -> Json:
    """Start a subscription and collect its first invoice, with a card that pays.

    Args:
        state: Where it is kept.
        customer_id: Who pays.
        line: The checkout's line: ``price`` and ``quantity``.
        data: ``metadata``, ``description`` and ``trial_period_days``, the latter two or None.
        card_id: The card of this and later invoices.
    """
    now = state.clock.now()
    days = data["trial_period_days"]
    fields: Json = {
        "currency": line["currency"],
        "customer": customer_id,
        "default_payment_method": card_id,
        "description": data["description"],
        "metadata": data["metadata"],
        "status": "trialing" if days else "incomplete",
    }
    if days:
        ends = now + days * DAY_SECONDS
        fields |= {"billing_cycle_anchor": ends, "trial_start": now, "trial_end": ends}
    subscription = subscription_objects.subscription(state, fields)
    item = subscription_objects.item(state, subscription["id"], line["price"], line["quantity"])
    url = f"/v1/subscription_items?subscription={subscription['id']}"
    subscription["items"] = {"object": "list", "data": [item], "has_more": False, "url": url}
    set_period(subscription, now)
    state.put(subscription)
    state.hidden[subscription["id"]] = {"is_warned": False, "next_price": None, "pending": []}
    events.emit(state, "customer.subscription.created", subscription)
    invoice = invoices.draft(
        state, subscription, [period_line(state, subscription)], "subscription_create", (now, now)
    )
    subscription["latest_invoice"] = invoice["id"]
    collect(state, invoices.finalize(state, invoice))
    return subscription


def the_item(subscription: Json) -> Json:
    """Return the one item of a subscription."""
    item: Json = subscription["items"]["data"][0]
    return item


def period_line(state: State, subscription: Json) -> Json:
    """Return the invoice line of the whole period that runs; during a trial it costs nothing."""
    item = the_item(subscription)
    period = (item["current_period_start"], item["current_period_end"])
    price, quantity = item["price"], item["quantity"]
    name = state.get("product", price["product"])["name"]
    if subscription["status"] == "trialing":
        return invoice_objects.line(state, item, period, 0, f"Trial period for {name}")
    money = format_money(price["unit_amount"], price["currency"])
    text = f"{quantity} x {name} (at {money} / {price['recurring']['interval']})"
    return invoice_objects.line(state, item, period, price["unit_amount"] * quantity, text)


def bill(state: State, subscription: Json, moved: Json, lines: list[Json], reason: str) -> None:
    """Invoice the lines and collect them at once.

    Args:
        state: Where the invoice is kept.
        subscription: Who pays.
        moved: The subscription as it is to be now, told before the invoice is finalized.
        lines: What is paid for.
        reason: The ``billing_reason``.
    """
    now = state.clock.now()
    invoice = invoices.draft(state, moved, lines, reason, (now, now))
    change(state, subscription, moved | {"latest_invoice": invoice["id"]})
    collect(state, invoices.finalize(state, invoice))


def collect(state: State, invoice: Json) -> None:
    """Charge an open invoice to the card that is to pay it, and let its subscription follow."""
    invoices.collect(state, invoice, invoices.card_of(state, invoice))
    follow(state, invoice)


def follow(state: State, invoice: Json) -> None:
    """Let a subscription's status follow its latest invoice, which was paid or refused.

    After the last attempt it goes where ``set_dunning`` says: canceled, unless told otherwise.
    """
    subscription_id = invoices.subscription_id_of(invoice)
    if subscription_id is None:
        return
    subscription = state.get(KIND, subscription_id)
    status = subscription["status"]
    if subscription["latest_invoice"] != invoice["id"] or status in (*ENDED, "trialing"):
        return
    if invoice["status"] == "paid":
        change(state, subscription, {"status": "active"})
    elif invoice["next_payment_attempt"] is not None or dunning(state) == "past_due":
        change(state, subscription, {"status": "past_due"})
    elif dunning(state) == "unpaid":
        change(state, subscription, {"status": "unpaid"})
    else:
        end(state, subscription, "payment_failed")


def dunning(state: State) -> str:
    """Return what becomes of a subscription whose invoice was refused for the last time."""
    final: str = state.hidden.get("account", {}).get("dunning", "canceled")
    return final


def change(state: State, subscription: Json, changes: Json) -> Json:
    """Change a subscription's fields and tell of it, if any differs."""
    return events.updated(state, _UPDATED, subscription, changes)


def copied(subscription: Json) -> Json:
    """Return a copy whose item can be changed, for ``change`` to tell of it."""
    items = subscription["items"] | {"data": [dict(the_item(subscription))]}
    return subscription | {"items": items}


def end(state: State, subscription: Json, reason: str) -> Json:
    """Cancel a subscription now; its invoices that are not paid are no longer collected.

    Args:
        state: Where its invoices are.
        subscription: One that has not ended.
        reason: Of ``cancellation_details``, such as ``payment_failed``.
    """
    now = state.clock.now()
    subscription |= {
        "canceled_at": subscription["canceled_at"] or now,
        "cancellation_details": subscription["cancellation_details"] | {"reason": reason},
        "ended_at": now,
        "pause_collection": None,
        "status": "canceled",
    }
    for invoice in of_subscription(state, subscription):
        if invoice["status"] in ("draft", "open"):
            invoice |= {
                "auto_advance": False,
                "automatically_finalizes_at": None,
                "next_payment_attempt": None,
            }
    events.emit(state, "customer.subscription.deleted", subscription)
    return subscription


def of_subscription(state: State, subscription: Json) -> list[Json]:
    """Return the invoices of a subscription, oldest first."""
    found = state.all("invoice")
    return [it for it in found if invoices.subscription_id_of(it) == subscription["id"]]


def set_price(subscription: Json, price: Json) -> None:
    """Give the item another price."""
    the_item(subscription).update(subscription_objects.of_price(price))


def cancel_at(subscription: Json, at: int, now: int) -> Json:
    """Return the changes that let a subscription end at that time."""
    details = subscription["cancellation_details"] | {"reason": "cancellation_requested"}
    return {"cancel_at": at, "canceled_at": now, "cancellation_details": details}


def never_cancel(subscription: Json) -> Json:
    """Return the changes that let a subscription go on."""
    return {
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": subscription["cancellation_details"] | {"reason": None},
    }


def set_period(subscription: Json, start_at: int) -> None:
    """Let the item's period begin; it ends with the next period that the anchor counts."""
    item = the_item(subscription)
    anchor = subscription["billing_cycle_anchor"]
    item["current_period_start"] = start_at
    item["current_period_end"] = period_end(anchor, item["price"]["recurring"], start_at)
