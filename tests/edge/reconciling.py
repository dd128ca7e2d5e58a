"""What the tests of reconciliation share: runs of it, and what Stripe forgets or gets wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import stripe
from psycopg.conninfo import make_conninfo

from edge.jobs.inbox import Inbox
from edge.jobs.reconciliation import Reconciliation, Report
from edge.jobs.stripe_lists import StripeLists
from tests.edge.shop import SUBSCRIBE, Shop

DAY = 86_400


def reconcile(
    shop: Shop,
    *,
    days: int = 60,
    is_dry: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Run it as the service role, with short pauses; return what it found.

    Args:
        shop: where.
        days: how far back.
        is_dry: change nothing.
        progress: is told each list that was read, before anything of it is applied.
    """
    as_service = make_conninfo(shop.dsn, options="-c role=service_role")
    with psycopg.connect(as_service, autocommit=True) as conn:
        lists = StripeLists(client(shop), progress, wait_seconds=0.001)
        since = datetime.now(UTC) - timedelta(days=days)
        return Reconciliation(Inbox(conn, False, is_dry), lists, since).run()


def client(shop: Shop) -> stripe.StripeClient:
    """Return the edge's client of Stripe."""
    found: stripe.StripeClient = shop.edge.extensions["stripe"]
    return found


def lose(shop: Shop, act: Callable[[], object]) -> None:
    """Let something happen at Stripe of which no webhook tells."""
    shop.stripe.control.hold()
    try:
        act()
    finally:
        shop.stripe.control.release(is_sent=False)


def buy(shop: Shop, user_id: UUID) -> str:
    """Let a user buy the pack ``basic``; return the session's id."""
    session_id = shop.check_out(user_id)["session_id"]
    shop.stripe.control.act(session_id, "pay")
    return session_id


def buy_unheard(shop: Shop, count: int = 1) -> list[UUID]:
    """Let new users buy the pack ``basic``, of which no webhook tells."""
    users = [shop.sign_up() for _ in range(count)]
    lose(shop, lambda: [buy(shop, user_id) for user_id in users])
    return users


def buy_heard(shop: Shop) -> tuple[UUID, str]:
    """Let a new user buy the pack ``basic``; return the user and the payment's intent."""
    user_id = shop.sign_up()
    session_id = buy(shop, user_id)
    assert shop.stripe.control.settle()
    return user_id, thing(shop, "checkout.session", session_id)["payment_intent"]


def subscribe(shop: Shop, user_id: UUID, paid_at: int | None = None) -> str:
    """Let a user subscribe to ``member``, and pay then by Stripe's clock; return the id."""
    answer = shop.post(user_id, {"plan": "member"}, SUBSCRIBE)
    assert answer.status_code == 200, answer.text
    if paid_at is not None:
        shop.stripe.control.set_clock(paid_at)
    session = shop.stripe.control.act(answer.json()["session_id"], "pay")
    subscription_id: str = session["subscription"]
    return subscription_id


def thing(shop: Shop, kind: str, object_id: str) -> dict[str, Any]:
    """Return an object itself as Stripe has it, to be looked at or falsified."""
    return shop.stripe.state.get(kind, object_id)


def forget(shop: Shop, kind: str) -> None:
    """Let Stripe forget all objects of a kind, such as events older than 30 days."""
    assert shop.stripe.control.settle()
    with shop.stripe.state.lock:
        shop.stripe.state._objects[kind].clear()


def make_older(shop: Shop, days: int) -> None:
    """Let all that Stripe has be made so many days earlier."""
    with shop.stripe.state.lock:
        for kind in shop.stripe.state._objects.values():
            for it in kind.values():
                it["created"] = int(time.time()) - days * DAY


def credits_of(shop: Shop, user_id: UUID) -> tuple[int, int]:
    """Return balance and debt of a user's account."""
    rows = shop.query("select balance::int, debt::int from credits.accounts where id = %s", user_id)
    [(balance, debt)] = rows or [(0, 0)]
    return balance, debt
