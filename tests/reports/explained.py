"""What tests of explanations share: an account to which every kind of thing has happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.events.shop import store_prices
from tests.gifts.giving import accept, send
from tests.referral.referring import PROGRAM, refer, shop_of
from tests.returns.model import Told
from tests.returns.sales import Purchase, bought, tell
from tests.support import Connection, as_service
from tests.usage.charges import capture, charge, clock, hold, pass_expiry, refund
from tests.wallets import CATALOG, Row, add, call, change_plan, history, use_catalog

KINDS = {
    "purchase", "allowance", "welcome", "bonus", "promotion", "referral", "gift_received", "usage",
    "gift_sent", "refund", "adjustment", "opening", "expiry", "clawback", "reinstatement",
}  # fmt: skip


def open_shop(conn: Connection) -> None:
    """Open a shop with packs, plans, services and a referral program."""
    use_catalog(conn, shop_of(services=CATALOG["services"], models=CATALOG["models"]))
    store_prices(conn)


def explain(conn: Connection, account_id: UUID, transaction_id: int | None = None) -> Row:
    """Explain an account, or one of its transactions, as the back end asks for it."""
    with as_service(conn):
        answer: Row = call(
            conn, "explain_credits", account_id=account_id, transaction_id=transaction_id
        )
    return answer


def last_of(conn: Connection, account_id: UUID, kind: str) -> int:
    """Return the id of the newest transaction of a type."""
    return max(int(row["id"]) for row in history(conn, account_id) if row["type"] == kind)


def explain_last(conn: Connection, account_id: UUID, kind: str) -> Row:
    """Explain the newest transaction of a type."""
    return explain(conn, account_id, last_of(conn, account_id, kind))


def full_life(conn: Connection, person: Any) -> tuple[UUID, Purchase]:
    """Let transactions of all types happen to a new account.

    Args:
        conn: to a database in which the shop is open.
        person: signs a user up by name.

    Returns:
        The account, and the one purchase of it.
    """
    account_id, friend = refer(conn, person(conn, "ann"), person(conn, "bea")), person(conn, "cem")
    for plan in ("guest", "member"):
        change_plan(conn, account_id, plan)
    for source in ("promotion", "opening", "adjustment"):
        add(conn, account_id, 5, source)
    sold = bought(conn, account_id)
    assert PROGRAM["referee_credits"]
    refund(conn, account_id, charge(conn, account_id, 6), 4)
    capture(conn, account_id, hold(conn, account_id, 9), 7)
    mortal = add(conn, account_id, 3, expires_at="2100-01-01", priority=0)["grant_id"]
    pass_expiry(conn, account_id, mortal)
    call(conn, "expire_credits", at=clock(conn))
    bought(conn, friend)
    accept(conn, account_id, send(conn, friend, account_id, 20))
    accept(conn, friend, send(conn, account_id, friend, 30))
    tell(conn, sold, Told("charge.dispute.created", 1000, "du_1", "needs_response", 10))
    tell(conn, sold, Told("charge.dispute.closed", 1000, "du_1", "won", 20))
    return account_id, sold
