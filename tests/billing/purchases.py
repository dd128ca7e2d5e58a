"""What tests of purchases share: a shop's catalog, quotes, promotions, orders, and their times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import Row, call, change_plan

# A credit costs 0.08 x (1 + 0.25) = 0.10 by quantity.
SHOP: Row = {
    "code": "shop",
    "name": "Shop",
    "currency": "usd",
    "list_price_per_credit": 0.12,
    "base_price_per_credit": 0.08,
    "markup": {"packages": 0.25, "models": 3, "services": 7},
    "custom_quantity": {
        "minimum": 10,
        "maximum": 100000,
        "bulk_tiers": [
            {"from": 1000, "discount_percent": 5},
            {"from": 5000, "discount_percent": 12.5},
        ],
    },
    "plans": [
        {"code": "free", "name": "Free"},
        {
            "code": "pro",
            "name": "Pro",
            "price_cents": 1999,
            "billing_interval": "month",
            "monthly_credits": 200,
            "discount_percent": 10,
        },
        {"code": "sales", "name": "Sales", "contact_only": True},
    ],
    "packages": [
        {"code": "starter", "name": "Starter Pack", "credits": 50, "price_cents": 650},
        {
            "code": "growth",
            "name": "Growth Pack",
            "credits": 1000,
            "bonus_credits": 100,
            "price_cents": 11700,
        },
    ],
}
FEES = {"processor_percent": 2.9, "processor_fixed_cents": 30, "platform_fixed_cents": 30}
TABLES = (
    "catalogs", "accounts", "transactions", "grants", "orders", "promotions", "redemptions",
    "payments",
)  # fmt: skip


def shop(**keys: Any) -> Row:
    """Return the shop's catalog with some of its keys replaced, or left out where they are None."""
    return {name: value for name, value in {**SHOP, **keys}.items() if value is not None}


def buyer(conn: Connection, plan: str = "free") -> UUID:
    """Sign a user up who is on a plan."""
    user_id = sign_up(conn)
    change_plan(conn, user_id, plan)
    return user_id


def quote(conn: Connection, user_id: UUID, **arguments: Any) -> Row:
    """Ask for a quote as a signed-in user, and check what every quote keeps."""
    with as_user(conn, user_id):
        answer: Row = call(conn, "quote_credit_purchase", **arguments)
    check_sums(answer)
    return answer


def check_sums(answer: Row) -> None:
    """Check that a quote's lines, its parts and its total say the same."""
    amounts = [(line["kind"], line["amount_cents"]) for line in answer["lines"]]
    taken_off = ("bulk_discount", "plan_discount", "promotion")
    assert answer["ok"] == (answer["message"] is None)
    assert all(isinstance(amount, int) for _, amount in amounts)
    assert amounts[0][0] in ("package", "plan", "quantity")
    assert answer["discount_cents"] == -sum(cents for kind, cents in amounts if kind in taken_off)
    assert answer["fee_cents"] == sum(cents for kind, cents in amounts if kind == "fee")
    assert all(cents < 0 if kind in taken_off else cents > 0 for kind, cents in amounts[1:])
    if answer["total_cents"] is not None:
        assert answer["total_cents"] == sum(cents for _, cents in amounts) >= 0
        assert answer["subtotal_cents"] == amounts[0][1]


def amounts_of(answer: Row) -> Row:
    """Return a quote's lines as amounts in cents by kind."""
    return {line["kind"]: line["amount_cents"] for line in answer["lines"]}


def promote(conn: Connection, code: str = "SPRING", **keys: Any) -> str:
    """Create a promotion as the back end does: 20 % off, unless told otherwise."""
    terms = {"name": "Spring", "discount_type": "percent", "discount_value": 20}
    query = "select credits.create_promotion(%s)"
    with as_service(conn):
        found = conn.execute(query, [Jsonb({"code": code, **terms, **keys})]).fetchone()
    assert found is not None
    return str(found[0])


def open_order(conn: Connection, user_id: UUID, **arguments: Any) -> Row:
    """Open an order as the edge does for a user who has signed in."""
    values = {
        "p_user_id": user_id,
        "p_account_id": None,
        "p_provider": "stripe",
        "p_package": None,
        "p_quantity": None,
        "p_promotion_code": None,
        **{f"p_{name}": value for name, value in arguments.items()},
    }
    pairs = [sql.SQL("{} => {}").format(sql.Identifier(k), sql.Placeholder(k)) for k in values]
    query = sql.SQL("select * from credits.open_order({})").format(sql.SQL(", ").join(pairs))
    with as_service(conn), conn.cursor(row_factory=dict_row) as cursor:
        (row,) = cursor.execute(query, values).fetchall()
    return row


def pay(conn: Connection, order: Row) -> str | None:
    """Let the provider's payment of an order come in; returns why it does not fit, or None."""
    query = "select reason from credits.settle_payment(%s, %s, 'stripe', %s, %s, %s)"
    values = [order["account_id"], order["order_id"], f"pi_{uuid4()}"]
    paid = conn.execute(query, [*values, order["total_cents"], order["currency"]]).fetchone()
    assert paid is not None
    problem: str | None = paid[0]
    return problem


def let_pass(conn: Connection, time: str) -> None:
    """Let so much time pass for orders and the uses of codes that they hold."""
    conn.execute("update credits.orders set created_at = created_at - %s::interval", [time])
    conn.execute(
        """
        update credits.redemptions
        set created_at = created_at - %(time)s::interval, lapses_at = lapses_at - %(time)s::interval
        """,
        {"time": time},
    )


@contextmanager
def nothing_is_written(conn: Connection) -> Iterator[None]:
    """Check that a block leaves every table that a purchase may write as it was."""

    def state() -> list[list[tuple[Any, ...]]]:
        rows = "select t::text from credits.{} as t order by 1"
        return [
            conn.execute(sql.SQL(rows).format(sql.Identifier(table))).fetchall() for table in TABLES
        ]

    before = state()
    yield
    assert state() == before
