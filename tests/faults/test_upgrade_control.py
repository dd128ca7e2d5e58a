"""What was there before holds, limits, codes and gifts goes on while their migrations are applied.

They are three transactions: calls are answered between each of them, as they are before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from scripts.migrations import Tree
from tests.billing.purchases import open_order, promote, quote
from tests.events import payloads
from tests.events.shop import moves, tell
from tests.support import Connection, as_user, find_violations, migrate, sign_up
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    change_plan,
    changed_catalog,
    deduct,
    refused,
    use_catalog,
)

BEFORE = "20261121110002"
FILES = ("20261121120000", "20261121120001", "20261121120002")
PACK = {"code": "starter", "name": "Starter Pack", "credits": 50, "price_cents": 650}
WELCOME = 5


@pytest.fixture
def old_db(empty_db: str) -> Iterator[Connection]:
    """A database as it was before, with a catalog that welcomes users and sells a pack."""
    with psycopg.connect(empty_db, autocommit=True) as conn:
        conn.execute(Tree().platform_file.read_bytes())
        migrate(conn, BEFORE)
        use_catalog(conn, changed_catalog(packages=[PACK]))
        yield conn
        assert find_violations(conn) == []


def states(conn: Connection) -> Iterator[None]:
    """Stop in each state that the database is in, from before the upgrade until after it."""
    yield
    for file_id in FILES:
        migrate(conn, file_id)
        assert find_violations(conn) == []
        yield
    migrate(conn)


@pytest.mark.parametrize("until", [BEFORE, *FILES])
def test_who_had_the_welcome_credits_has_them_no_second_time_under_another_spelling(
    old_db: Connection, until: str
) -> None:
    migrate(old_db, until)
    first = sign_up(old_db, "ann.lee@gmail.com")
    external = call(
        old_db, "open_credit_account", external_id="bob", email="Bob@Example.org", plan="free"
    )
    assert [balance_of(old_db, it)["balance"] for it in (first, external)] == [WELCOME] * 2
    migrate(old_db)
    for email, balance in {
        "AnnLee+again@googlemail.com": 0,
        "bob+again@example.org": 0,
        "somebody.else@gmail.com": WELCOME,
    }.items():
        shown = balance_of(old_db, sign_up(old_db, email))
        assert (shown["plan"], shown["balance"]) == ("free", balance)
    assert call(old_db, "grant_initial_credits") == 0
    assert [balance_of(old_db, it)["balance"] for it in (first, external)] == [WELCOME] * 2


def test_two_accounts_of_one_person_keep_what_they_had(old_db: Connection) -> None:
    """The rule is new: it takes nothing back, and gives nothing to a third account."""
    users = [sign_up(old_db, email) for email in ("ann@example.org", "ann+2@example.org")]
    migrate(old_db)
    users.append(sign_up(old_db, "Ann+3@example.org"))
    assert [balance_of(old_db, it)["balance"] for it in users] == [WELCOME, WELCOME, 0]


def test_an_order_with_a_code_is_paid_in_every_state_and_its_use_of_the_code_counts(
    old_db: Connection,
) -> None:
    promote(old_db, "SPRING", maximum_uses=len(FILES) + 2)
    users = [sign_up(old_db) for _ in range(len(FILES) + 1)]
    orders = [open_order(old_db, it, package="starter", promotion_code="SPRING") for it in users]
    for _, order in zip(states(old_db), orders, strict=True):
        told = payloads.event("payment_intent.succeeded", payloads.payment_intent(order))
        assert [tell(old_db, told) for _ in range(2)] == ["applied"] * 2
    newcomer, latecomer = sign_up(old_db), sign_up(old_db)
    for user_id in users:
        assert moves(old_db, user_id) == [("welcome", WELCOME), ("purchase", 50)]
        assert message(old_db, user_id) == "promotion_code_invalid"
    assert message(old_db, newcomer) is None
    open_order(old_db, newcomer, package="starter", promotion_code="SPRING")
    assert message(old_db, latecomer) == "promotion_code_invalid", "it has been used so often"


def message(conn: Connection, user_id: UUID) -> Any:
    """Return what a quote with the code complains about."""
    return quote(conn, user_id, package="starter", promotion_code="SPRING")["message"]


def test_credits_are_spent_and_replayed_in_every_state_and_the_months_cap_goes_on(
    old_db: Connection,
) -> None:
    user_id = sign_up(old_db, "ada@example.org")
    change_plan(old_db, user_id, "capped")
    add(old_db, user_id, 1000)
    charges: list[Row] = []
    for _ in states(old_db):
        charges.append(deduct(old_db, user_id, 10, key=f"deduct {len(charges)}"))
        use = {"service": "sms", "key": f"use {len(charges)}"}
        with as_user(old_db, user_id):
            assert call(old_db, "use_credits", **use) == call(old_db, "use_credits", **use)
        for number, charge in enumerate(charges):
            assert deduct(old_db, user_id, 10, key=f"deduct {number}") == charge
        assert call(old_db, "run_credit_maintenance")["started"] == 0
    with refused(old_db, "PT402", "spend_cap_reached") as detail:
        deduct(old_db, user_id, 7)
    assert (detail["cap"], detail["spent"]) == (50, 4 * 11)
    held = call(old_db, "hold_credits", account_id=user_id, key="held", amount=6)
    call(old_db, "capture_credits", account_id=user_id, hold_id=held["hold_id"])
    for number, charge in enumerate(charges):
        transaction = {"account_id": user_id, "transaction_id": charge["transaction_id"]}
        call(old_db, "refund_credits", key=f"refund {number}", **transaction)
    assert balance_of(old_db, user_id)["balance"] == WELCOME + 1000 - 4 - 6
