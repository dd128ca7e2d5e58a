"""What tests of the monthly purchase cap share: a capped shop, payments, and their return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.billing.purchases import FEES, open_order, pay, shop
from tests.support import Connection, sign_up
from tests.wallets import Row, call, use_catalog

# What a starter pack costs, and what it costs with the fees that a shop may pass on.
PRICE, WITH_FEES = 650, 729
MONTH_START = "date_trunc('month', now() at time zone 'utc') at time zone 'utc'"
BEFORE = f"{MONTH_START} - interval '1 microsecond'"


def capped_shop(cap: int | None, *, fees: bool = False, **keys: Any) -> Row:
    """Return the shop's catalog in which every plan has a cap, in cents."""
    limits = {} if cap is None else {"monthly_purchase_cap_cents": cap}
    plans = [{**plan, **limits} for plan in shop()["plans"]]
    passed_on = {"method": "additive", **FEES} if fees else None
    return shop(plans=plans, fees=passed_on, **keys)


def open_shop(conn: Connection, cap: int | None, **keys: Any) -> None:
    """Put the capped shop's catalog in force."""
    use_catalog(conn, capped_shop(cap, **keys))


def buy(conn: Connection, user_id: UUID, **item: Any) -> Row:
    """Open an order, for a starter pack unless told otherwise, and let its payment come in."""
    order = open_order(conn, user_id, **(item or {"package": "starter"}))
    assert pay(conn, order) is None
    return order


def payment_of(conn: Connection, order: Row) -> str:
    """Return the payment that paid an order."""
    query = "select id from credits.payments where order_id = %s"
    found = conn.execute(query, [order["order_id"]]).fetchone()
    assert found is not None
    return str(found[0])


def give_back(conn: Connection, order: Row, cents: int) -> None:
    """Refund some of what an order has cost."""
    query = "select state from credits.note_refund('stripe', %s, %s, %s, 'usd', 'succeeded')"
    payment = payment_of(conn, order)
    found = conn.execute(query, [payment, f"re_{cents}_{payment}", cents]).fetchone()
    assert found == ("applied",)


def dispute(conn: Connection, order: Row, status: str) -> None:
    """Let the payer's bank take all of an order's payment back, or give it back when won."""
    query = """
        select (credits.note_chargeback(
            'stripe', %(payment)s, 'dp_' || %(payment)s, %(cents)s, 'usd', %(status)s, null
        )).state
    """
    values = {
        "payment": payment_of(conn, order), "cents": order["total_cents"], "status": status,
    }  # fmt: skip
    assert conn.execute(query, values).fetchone() == ("applied",)


def pay_before(conn: Connection, moment: str = BEFORE) -> None:
    """Let everything that was paid have been paid at a moment: an expression of SQL."""
    conn.execute(f"update credits.orders set created_at = {moment}, paid_at = {moment}".encode())
    conn.execute(f"update credits.payments set paid_at = {moment}".encode())


def end(conn: Connection, order: Row, status: str) -> None:
    """End an order that was not paid."""
    query = "select (credits.end_order(%s, %s, %s)).state"
    found = conn.execute(query, [order["account_id"], order["order_id"], status]).fetchone()
    assert found == ("applied",)


def team_of(conn: Connection, size: int) -> tuple[UUID, list[UUID]]:
    """Open an account that so many administrators may buy for."""
    team: UUID = call(conn, "open_credit_account", external_id="team")
    members = [sign_up(conn) for _ in range(size)]
    for user_id in members:
        query = "insert into credits.members (account_id, user_id, role) values (%s, %s, 'admin')"
        conn.execute(query, [team, user_id])
    return team, members
