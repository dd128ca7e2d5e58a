"""What tests of the compatibility views share: their names and columns, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from scripts.migrations import ROOT, Tree
from tests.support import Connection, as_user
from tests.wallets import Row

UP: Path = Tree().compatibility_file
DOWN = ROOT / "sql/optional/compatibility_down.sql"

# The columns that the older systems name, in this order. Where two of them have a table of one
# name, credit_packages, it has the columns of both.
COLUMNS = {
    "user_credits": ["user_id", "balance", "total_purchased", "total_spent"],
    "user_credit_status": ["user_id", "credits", "credit_status"],
    "credit_packages": [
        *("id", "name", "credits", "bonus", "price"),
        *("monthly_price", "credit_amount", "credit_rate", "features", "is_active"),
    ],
    "model_credit_costs": ["model", "provider", "credits_per_1k", "cost_tier"],
    "credits_transactions": [
        *("id", "user_id", "amount", "description", "transaction_type", "created_at"),
    ],
    "user_subscriptions": [
        *("id", "user_id", "package_id", "status"),
        *("start_date", "next_billing_date", "monthly_credit_limit"),
    ],
    "credit_disputes": [
        *("id", "user_id", "transaction_id", "reason", "description", "status"),
        "requested_refund",
    ],
    "credit_promotions": [
        *("id", "name", "discount_type", "discount_value", "start_date", "end_date", "is_active"),
    ],
    "monthly_usage": ["user_id", "month", "query_count", "credits_used"],
    "query_log": [
        *("id", "user_id", "service", "status", "credits_used", "reference"),
        *("created_at", "ended_at"),
    ],
}
OF_EVERYBODY = {"credit_packages", "model_credit_costs"}
OF_ADMINISTRATORS = {"credit_promotions"}
OF_ACCOUNTS = COLUMNS.keys() - OF_EVERYBODY - OF_ADMINISTRATORS


def read(conn: Connection, view: str, user_id: UUID | None = None) -> list[Row]:
    """Return the rows of a view as a user sees them, as the connection's own role without one."""
    query = sql.SQL("select * from public.{} order by 1").format(sql.Identifier(view))
    with conn.cursor(row_factory=dict_row) as cursor:
        if user_id is None:
            return cursor.execute(query).fetchall()
        with as_user(conn, user_id):
            return cursor.execute(query).fetchall()


def only(rows: list[Row], **values: Any) -> Row:
    """Return the one row that has these values."""
    (row,) = (row for row in rows if all(row[key] == value for key, value in values.items()))
    return row


def subscribe(conn: Connection, account_id: UUID, plan: str, **columns: Any) -> str:
    """Store a live subscription in test mode, and return its id."""
    conn.execute(
        "insert into credits.providers (provider, livemode) values ('stripe', false)"
        " on conflict do nothing"
    )
    row = {
        "account_id": account_id,
        "provider": "stripe",
        "id": f"sub_{account_id}",
        "livemode": False,
        "plan": plan,
        "status": "active",
        **columns,
    }
    query = sql.SQL("insert into credits.subscriptions ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    conn.execute(query, row)
    return str(row["id"])
