"""What tests of automatic top-ups share: shops whose users opted in, and the job that charges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import stripe

from edge.jobs.topups import run_topups
from tests.billing.topups import let_pass
from tests.edge.shop import Shop
from tests.support import as_user
from tests.wallets import deduct

INTENTS = "/v1/payment_intents"
# The pack "starter" of the catalog ai-assistant: 1,000 credits for 1000 cents.
PACK, CREDITS, CENTS = "starter", 1000, 1000
PURCHASE = ("purchase", CREDITS)


@dataclass(frozen=True)
class Saver:
    """An account that is below its threshold and has opted in.

    Attributes:
        account_id: the account, which is its user's own.
        customer_id: what Stripe calls it.
        card_id: its saved card; None for none.
    """

    account_id: UUID
    customer_id: str
    card_id: str | None


def opted_in(shop: Shop, behaviour: str | None = "ok", **settings: Any) -> Saver:
    """Sign a user up with nothing left, who asks for a pack whenever less than 500 are.

    Args:
        shop: the shop.
        behaviour: what the saved card does; None for a customer without a card.
        settings: arguments of ``set_auto_topup`` that differ.
    """
    account_id = shop.sign_up()
    shop.query("select credits.open_customer(%s, null, 'stripe', false)", account_id)
    metadata = {"account_id": str(account_id)}
    customer = client(shop).v1.customers.create({"metadata": metadata})
    attach = "select credits.attach_customer(%s, 'stripe', false, %s)"
    shop.query(attach, account_id, customer.id)
    card_id = None
    if behaviour is not None:
        card = shop.stripe.control.do("save_card", customer=customer.id, behaviour=behaviour)
        card_id = card["id"]
    set_topup(shop, account_id, **settings)
    shop.calls.clear()
    return Saver(account_id, customer.id, card_id)


def set_topup(shop: Shop, account_id: UUID, **settings: Any) -> None:
    """Change an account's settings as its owner does."""
    wanted = {"enabled": True, "threshold": 500, "package": PACK} | settings
    names = ", ".join(f"{name} => %({name})s" for name in wanted)
    with psycopg.connect(shop.dsn) as conn, as_user(conn, account_id):
        conn.execute(f"select public.set_auto_topup({names})".encode(), wanted)


def status(shop: Shop, account_id: UUID) -> tuple[str, str | None]:
    """Return the status of an account's top-ups and why it is paused, as its owner sees them."""
    with psycopg.connect(shop.dsn) as conn, as_user(conn, account_id):
        query = "select status, paused_reason from public.get_auto_topup()"
        ((state, reason),) = conn.execute(query).fetchall()
    return state, reason


def run(shop: Shop, limit: int = 100) -> list[str]:
    """Run the job once; returns how each account's turn ended: state, and reason if it paused."""
    with psycopg.connect(shop.dsn, autocommit=True) as conn:
        return [
            f"{it.state}: {it.reason}" if it.state == "paused" else it.state
            for it in run_topups(conn, client(shop), livemode=False, limit=limit)
        ]


def client(shop: Shop) -> stripe.StripeClient:
    """Return the client with which the edge and the job call Stripe."""
    found: stripe.StripeClient = shop.edge.extensions["stripe"]
    return found


def wait(shop: Shop, time: str) -> None:
    """Let so much time pass, such as ``1 hour``, for pauses and delays in the database."""
    with psycopg.connect(shop.dsn) as conn:
        let_pass(conn, time)


def spend(shop: Shop, account_id: UUID, amount: int = CREDITS) -> None:
    """Let an account use credits."""
    with psycopg.connect(shop.dsn) as conn:
        deduct(conn, account_id, amount)


def notices(shop: Shop, account_id: UUID) -> list[tuple[str, str]]:
    """Return topic and reason of what an account is told, but for receipts and low balances."""
    return shop.query(
        """
        select topic, payload ->> 'reason' from credits.outbox
        where account_id = %s and topic not in ('receipt', 'low_balance') order by id
        """,
        account_id,
    )


@contextmanager
def webhooks_held(shop: Shop) -> Iterator[None]:
    """Let no webhook arrive during a block, and all of them after it."""
    shop.stripe.control.pause()
    try:
        yield
    finally:
        shop.stripe.control.resume()
        assert shop.stripe.control.settle()


def lose_answers(shop: Shop) -> None:
    """Let the next payment be made at Stripe, and its answer be lost, that of its retry too."""
    shop.strike("lost", "POST", INTENTS, times=2)
