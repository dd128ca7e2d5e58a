"""A superuser who gets past the triggers cannot change the books unseen.

Each rule of ``check_credit_integrity`` on the ledger is broken here at least once.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support import Connection, find_violations
from tests.wallets import add, call_all, deduct, funded_account, history

pytestmark = pytest.mark.breaks_books

ACCOUNT = UUID(int=1)
OTHER = UUID(int=2)
TABLES = ("transactions", "accounts")

# What is done to the account whose history _books writes, and a rule that must then be named.
CASES = {
    "an amount made larger": (
        "update credits.transactions set amount = -1 where id = 3",
        "running_balance",
    ),
    "an amount and all that follows from it": (
        "update credits.transactions set amount = amount + 1, balance_after = balance_after + 1 "
        "where id = 5; update credits.accounts set balance = balance + 1",
        "hash_chain",
    ),
    "a description": (
        "update credits.transactions set description = 'harmless' where id = 3",
        "hash_chain",
    ),
    "who acted": (
        f"update credits.transactions set user_id = '{OTHER}' where id = 3",
        "hash_chain",
    ),
    "a key freed for a second use": (
        "update credits.transactions set key = 'other' where id = 3",
        "hash_chain",
    ),
    "a hash": ("update credits.transactions set hash = '\\x00' where id = 3", "hash_chain"),
    "the last hash": ("update credits.accounts set last_hash = '\\x00'", "head"),
    "a row in the middle deleted": ("delete from credits.transactions where id = 3", "sequence"),
    "the first row deleted": ("delete from credits.transactions where id = 1", "sequence"),
    "the tail cut off": ("delete from credits.transactions where id = 5", "head"),
    "the whole history deleted": ("delete from credits.transactions", "head"),
    "a row given to another account": (
        f"update credits.transactions set account_id = '{OTHER}' where id = 5",
        "head",
    ),
    "a row put earlier": (
        "update credits.transactions set created_at = created_at - interval '1 day' where id = 3",
        "time_order",
    ),
    "who paid, by another sum": (
        "update credits.transactions set grants = '{\"1\": 3}' where id = 3",
        "allocation",
    ),
    "who paid, by another grant": (
        "update credits.transactions set grants = '{\"2\": 4}' where id = 3",
        "grant_remaining",
    ),
    "a balance": ("update credits.accounts set balance = 1000", "balance"),
    "what was spent": ("update credits.accounts set total_spent = 0", "totals"),
    "what was bought": ("update credits.accounts set total_purchased = 0", "totals"),
    "credits marked as held": ("update credits.accounts set held = 1", "held"),
    "an account's row re-labelled": (
        "update credits.accounts set last_transaction_id = 4",
        "head",
    ),
    "credits moved into the head": (
        "update credits.accounts set head_remaining = head_remaining + 1",
        "open_grants",
    ),
    "a grant drained a little": (
        "update credits.grants set remaining = 8 where id = 5",
        "grant_remaining",
    ),
    "the head counted twice": (
        "update credits.grants set remaining = 1 where id = 2",
        "grant_remaining",
    ),
    "a spent grant filled up": (
        "update credits.grants set remaining = 1 where id = 1",
        "open_grants",
    ),
    "a grant emptied": ("update credits.grants set remaining = 0 where id = 5", "open_grants"),
    "an open grant deleted": ("delete from credits.grants where id = 5", "open_grants"),
    "a spent grant deleted": ("delete from credits.grants where id = 1", "grant_missing"),
    "a grant made larger": ("update credits.grants set amount = 99 where id = 5", "grant_origin"),
    "a free grant made a bought one": (
        "update credits.grants set source = 'purchase' where id = 5",
        "grant_origin",
    ),
    "a grant put before the head": (
        "update credits.grants set priority = 0 where id = 5",
        "burn_order",
    ),
    "an expiry nobody looks at": (
        "update credits.grants set expires_at = now() + interval '1 day' where id = 5",
        "next_expiry",
    ),
    "a grant used after its expiry": (
        "update credits.grants set expires_at = created_at where id = 1",
        "late_use",
    ),
}


def _open(conn: Connection, account_id: UUID) -> None:
    conn.execute("insert into auth.users (id) values (%s)", [account_id])


def _books(conn: Connection) -> None:
    """Write a history: two grants, two spends that use up the first, and a grant that waits."""
    _open(conn, ACCOUNT)
    add(conn, ACCOUNT, 10, priority=1)
    add(conn, ACCOUNT, 20, "purchase", priority=2)
    deduct(conn, ACCOUNT, 4, key="job")
    deduct(conn, ACCOUNT, 9)
    add(conn, ACCOUNT, 9, priority=3)


def _tamper(conn: Connection, statements: str) -> None:
    """Run statements with the triggers of the append-only tables out of the way."""
    for table in TABLES:
        conn.execute(f"alter table credits.{table} disable trigger user")
    conn.execute(statements)


def _rules(conn: Connection) -> set[tuple[UUID, str]]:
    return {(account_id, rule) for account_id, rule, _ in find_violations(conn)}


@pytest.mark.parametrize("what", CASES)
def test_tampering_is_named_by_its_rule(db: Connection, what: str) -> None:
    statements, rule = CASES[what]
    _books(db)
    assert find_violations(db) == []
    _tamper(db, statements)
    assert (ACCOUNT, rule) in _rules(db)


def test_the_first_bad_row_is_named(db: Connection) -> None:
    _books(db)
    _tamper(db, "update credits.transactions set amount = -1 where id = 3")
    found = [detail for _, _, detail in find_violations(db)]
    assert any(detail.startswith("transaction 3:") for detail in found)
    assert not any(detail.startswith(("transaction 1:", "transaction 2:")) for detail in found)


def test_a_row_given_away_breaks_the_account_that_got_it_too(db: Connection) -> None:
    _books(db)
    _open(db, OTHER)
    add(db, OTHER, 10)
    _tamper(
        db,
        f"update credits.transactions set account_id = '{OTHER}', id = 2 "
        f"where account_id = '{ACCOUNT}' and id = 5",
    )
    assert {(ACCOUNT, "head"), (OTHER, "head"), (OTHER, "hash_chain")} <= _rules(db)


def test_transactions_of_no_account_are_found(db: Connection) -> None:
    _books(db)
    _tamper(db, f"update credits.transactions set account_id = '{OTHER}' where id = 5")
    assert (OTHER, "stray") in _rules(db)


def test_one_accounts_books_are_judged_alone(db: Connection) -> None:
    _books(db)
    other = funded_account(db, 5)
    _tamper(db, f"update credits.accounts set balance = 1000 where id = '{ACCOUNT}'")
    assert call_all(db, "check_credit_integrity", account_id=other) == []
    found = call_all(db, "check_credit_integrity", account_id=ACCOUNT)
    assert {row["account_id"] for row in found} == {ACCOUNT}
    assert len(history(db, other)) == 1


PAYMENT_CASES = {
    "a payment of another purchase": (
        "update credits.payments set transaction_id = 1",
        "payment",
    ),
    "a payment without its purchase": (
        "delete from credits.transactions where id = 2",
        "payment",
    ),
    "a payment deleted": ("delete from credits.payments", "unpaid_order"),
    "an order marked as paid": (
        "update credits.orders set status = 'open'",
        "unpaid_order",
    ),
}


@pytest.mark.parametrize("what", PAYMENT_CASES)
def test_tampering_with_payments_is_named_by_its_rule(db: Connection, what: str) -> None:
    statements, rule = PAYMENT_CASES[what]
    _books(db)
    call_all(db, "apply_credit_catalog", catalog=_PRICE_LIST)
    db.execute(
        """
        with o as (
            insert into credits.orders (
                account_id, provider, package, price_version, credits, bonus_credits,
                total_cents, currency, status
            )
            values (%s, 'stripe', 'small', 1, 30, 0, 300, 'usd', 'paid')
            returning *
        ), t as (
            select credits.post_grant(
                a, 'purchase', 30, 'system', 'pay', '\\x', p_is_paid => true, p_reference => 'pi_1'
            ) as id
            from credits.accounts as a
            where a.id = %s
        )
        insert into credits.payments
        select o.account_id, 'pi_1', 'stripe', o.id, 300, 'usd', (t.id).id, now() from o, t
        """,
        [ACCOUNT, ACCOUNT],
    )
    assert find_violations(db) == []
    _tamper(db, statements.replace("id = 2", "key = 'pay'"))
    assert (ACCOUNT, rule) in _rules(db)


_PRICE_LIST = {
    "code": "one",
    "name": "One",
    "currency": "usd",
    "list_price_per_credit": 0.1,
    "packages": [{"code": "small", "name": "Small", "credits": 30, "price_cents": 300}],
}
