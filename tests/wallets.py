"""What tests of the wallet and the ledger share: a small catalog, calls by name, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.support import Connection, sign_up

Row = dict[str, Any]

CATALOG: Row = {
    "code": "small",
    "name": "Small",
    "currency": "usd",
    "list_price_per_credit": 0.01,
    "plans": [
        {"code": "free", "name": "Free", "welcome_credits": 5},
        {"code": "pro", "name": "Pro", "welcome_credits": 10},
        {"code": "top", "name": "Top", "welcome_credits": 20},
        {"code": "basic", "name": "Basic", "monthly_credits": 100},
        {"code": "plus", "name": "Plus", "monthly_credits": 1000},
        {"code": "saver", "name": "Saver", "monthly_credits": 100, "rollover_months": 2},
        {"code": "capped", "name": "Capped", "monthly_spend_cap": 50},
    ],
    "services": [
        {"code": "sms", "unit": "message", "credits": 1},
        {"code": "query", "base": 5, "tools": {"docs": 5, "*": 3}},
        {"code": "third", "unit": "unit", "credits": 1, "unit_size": 3},
        {"code": "ping", "unit": "call", "credits": 0, "free": True},
    ],
    "models": [
        {
            "code": "gpt-4",
            "name": "GPT-4",
            "provider": "openai",
            "tier": "expensive",
            "credits_per_1k_tokens": 60,
        }
    ],
}


def changed_catalog(**keys: Any) -> Row:
    """Return a copy of the catalog with some of its keys replaced."""
    return {**CATALOG, **keys}


def with_plan(code: str, /, **keys: Any) -> Row:
    """Return a copy of the catalog in which one plan differs."""
    plans = [{**plan, **keys} if plan["code"] == code else plan for plan in CATALOG["plans"]]
    return changed_catalog(plans=plans)


def with_service(code: str, /, **keys: Any) -> Row:
    """Return a copy of the catalog in which one service differs."""
    services = [{**item, **keys} if item["code"] == code else item for item in CATALOG["services"]]
    return changed_catalog(services=services)


def call_all(conn: Connection, function: str, /, **arguments: Any) -> list[Row]:
    """Call a function of the public API with named arguments; return its rows.

    Dictionaries are sent as JSON. A function that returns one value has one column of its name.
    """
    values = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in arguments.items()}
    pairs = [sql.SQL("{} => {}").format(sql.Identifier(k), sql.Placeholder(k)) for k in values]
    query = sql.SQL("select * from {}({})").format(
        sql.Identifier("public", function), sql.SQL(", ").join(pairs)
    )
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def call(conn: Connection, function: str, /, **arguments: Any) -> Any:
    """Call a function that returns one row or one value, and return that."""
    (row,) = call_all(conn, function, **arguments)
    return row[function] if list(row) == [function] else row


def use_catalog(conn: Connection, catalog: Row | None = None) -> None:
    """Put a catalog in force, the small one by default."""
    call_all(conn, "apply_credit_catalog", catalog=catalog or CATALOG)


def add(conn: Connection, account_id: UUID, amount: Any, source: str = "bonus", **more: Any) -> Row:
    """Add credits under a key of their own, unless one is named."""
    more.setdefault("key", f"add-{uuid4()}")
    row: Row = call(
        conn, "add_credits", account_id=account_id, amount=amount, source=source, **more
    )
    return row


def deduct(conn: Connection, account_id: UUID, amount: Any, **more: Any) -> Row:
    """Charge an amount under a key of its own, unless one is named."""
    more.setdefault("key", f"deduct-{uuid4()}")
    row: Row = call(conn, "check_and_deduct_credits", account_id=account_id, amount=amount, **more)
    return row


def change_plan(conn: Connection, account_id: UUID, plan: str, **more: Any) -> Row:
    """Change a plan under a key of its own, unless one is named."""
    more.setdefault("key", f"plan-{uuid4()}")
    row: Row = call(conn, "change_credit_plan", account_id=account_id, plan=plan, **more)
    return row


def balance_of(conn: Connection, account_id: UUID) -> Row:
    """Return an account's credit_balance, as the back end reads it."""
    row: Row = call(conn, "get_credit_balance", account_id=account_id)
    return row


def funded_account(conn: Connection, amount: Any = None, **more: Any) -> UUID:
    """Sign a user up and add credits, if an amount is named, to the personal account.

    Without a catalog in force the account has no plan and no other credits: the grant's id is 1.
    """
    user_id = sign_up(conn)
    if amount is not None:
        add(conn, user_id, amount, **more)
    return user_id


def history(conn: Connection, account_id: UUID) -> list[Row]:
    """Return all transactions of an account as stored, oldest first."""
    query = "select * from credits.transactions where account_id = %s order by id"
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [account_id]).fetchall()


def remaining(conn: Connection, account_id: UUID) -> dict[int, Any]:
    """Return what remains of each grant by its id, expired ones that nobody swept included."""
    query = "select id, remaining from public.credit_grants where account_id = %s order by id"
    return dict(conn.execute(query, [account_id]).fetchall())


@contextmanager
def refused(conn: Connection, sqlstate: str, token: str) -> Iterator[Row]:
    """Expect a block to be refused with a SQLSTATE and a token; its detail fills the yielded dict.

    What the block did is undone, so that the test's transaction can go on.
    """
    detail: Row = {}
    with pytest.raises(psycopg.Error) as caught, conn.transaction():
        yield detail
    assert (caught.value.sqlstate, caught.value.diag.message_primary) == (sqlstate, token)
    detail.update(json.loads(caught.value.diag.message_detail or "{}"))
