"""``explain_credits`` of an account: why the balance is what it is, in one call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.referral.referring import person
from tests.reports.explained import explain, full_life, open_shop
from tests.reports.histories import STEPS, Ledger, Story, pass_hold
from tests.returns.model import Told
from tests.returns.sales import bought, tell
from tests.support import Connection, as_anon, as_user, sign_up
from tests.usage.charges import charge, clock, hold, pass_expiry
from tests.wallets import (
    add,
    balance_of,
    call,
    call_all,
    change_plan,
    funded_account,
    history,
    refused,
    use_catalog,
)

SOON = datetime.now(UTC) + timedelta(days=10)


def number(value: Any) -> Decimal:
    """Return a number of JSON exactly, to nine places."""
    return Decimal(str(value)).quantize(Decimal("0.000000001"))


def test_an_account_is_shown_with_what_it_has(db: Connection) -> None:
    account_id = funded_account(db, 10)
    hold(db, account_id, 4)
    found = explain(db, account_id)
    assert found.keys() == {
        "account", "sentence", "totals", "grants", "holds", "caps", "next_expiry_at",
        "transactions",
    }  # fmt: skip
    account = {name: found["account"][name] for name in ("balance", "held", "available", "debt")}
    assert account == {"balance": 10, "held": 4, "available": 6, "debt": 0}
    assert found["account"]["account_id"] == str(account_id)
    assert found["totals"] == {"bonus": 10}
    assert found["next_expiry_at"] is not None


def test_open_grants_are_listed_as_they_will_burn(db: Connection) -> None:
    account_id = funded_account(db, 10, source="purchase")
    add(db, account_id, 5)
    add(db, account_id, 7, expires_at=SOON)
    add(db, account_id, 2, priority=0)
    spent = add(db, account_id, 1, priority=0)["grant_id"]
    charge(db, account_id, 2)
    grants = explain(db, account_id)["grants"]
    assert [(grant["grant_id"], grant["credits"]) for grant in grants] == [
        (spent, 1), (3, 7), (2, 5), (1, 10),
    ]  # fmt: skip
    assert (grants[1]["source"], datetime.fromisoformat(grants[1]["expires_at"])) == ("bonus", SOON)
    assert [grant["is_paid"] for grant in grants] == [False, False, False, True]


def test_only_what_is_open_is_listed(db: Connection) -> None:
    account_id = funded_account(db, 10)
    mortal = add(db, account_id, 5, expires_at=SOON)["grant_id"]
    ids = [hold(db, account_id, 1) for _ in range(4)]
    call(db, "release_credits", account_id=account_id, hold_id=ids[0])
    call(db, "capture_credits", account_id=account_id, hold_id=ids[1])
    pass_expiry(db, account_id, mortal)
    pass_hold(db, ids[3])
    found = explain(db, account_id)
    assert [it["hold_id"] for it in found["holds"]] == [str(ids[2])]
    assert [it["grant_id"] for it in found["grants"]] == [1]
    assert found["account"]["balance"] == 11


def test_the_last_ten_transactions_are_listed_the_newest_first(db: Connection) -> None:
    account_id = funded_account(db, 100)
    for _ in range(14):
        charge(db, account_id, 1)
    shown = explain(db, account_id)["transactions"]
    listed = call_all(db, "list_credit_transactions", account_id=account_id, page_size=10)
    assert [row["id"] for row in shown] == [row["id"] for row in listed] == [*range(15, 5, -1)]
    assert shown[0].keys() == listed[0].keys()


def test_the_caps_are_shown_with_how_far_they_are_used(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    change_plan(db, account_id, "capped")
    charge(db, account_id, 20)
    caps = explain(db, account_id)["caps"]
    assert (caps["monthly_spend_cap"], caps["spent"]) == (50, 20)
    assert datetime.fromisoformat(caps["resets_at"]) > datetime.now(UTC)


def test_debt_is_named(db: Connection) -> None:
    open_shop(db)
    sold = bought(db, person(db), "plain")
    charge(db, sold.account_id, 80)
    tell(db, sold, Told("charge.refunded", 700))
    found = explain(db, sold.account_id)
    assert (found["account"]["balance"], found["account"]["debt"]) == (0, 80)
    assert "80 are owed" in found["sentence"]


def test_everything_that_happened_adds_up_to_the_balance(db: Connection) -> None:
    open_shop(db)
    account_id, _ = full_life(db, person)
    check_sums(db, account_id)


@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 9)), max_size=20))
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happened_the_parts_are_the_balance(
    db: Connection, steps: list[tuple[str, int]]
) -> None:
    with db.transaction(force_rollback=True):
        story = Story(db, funded_account(db, 20))
        for name, amount in steps:
            getattr(story, name)(Decimal(amount))
            check_sums(db, story.account_id)


def check_sums(conn: Connection, account_id: UUID) -> None:
    """Compare an explanation with the history, the grants, and what a reader is shown."""
    found = explain(conn, account_id)
    shown = balance_of(conn, account_id)
    account = found["account"]
    for name in ("balance", "held", "available", "debt"):
        assert number(account[name]) == shown[name]
    rows = history(conn, account_id)
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["type"]] = sums.get(row["type"], Decimal(0)) + row["amount"]
    assert {kind: number(total) for kind, total in found["totals"].items()} == sums
    assert sum(number(grant["credits"]) for grant in found["grants"]) == shown["available"]
    assert sum(number(it["amount"]) for it in found["holds"]) == shown["held"]
    ledger, now = Ledger.read(conn, account_id), clock(conn)
    assert {it["grant_id"]: number(it["credits"]) for it in found["grants"]} == ledger.free_at(now)


def test_it_can_be_asked_where_nothing_can_be_written(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    pass_expiry(db, account_id, 1)
    with db.transaction(force_rollback=True):
        db.execute("set transaction read only")
        found = explain(db, account_id)
    assert (found["account"]["balance"], found["grants"]) == (0, [])
    assert len(history(db, account_id)) == 1


def test_the_account_must_be_named_and_there(db: Connection) -> None:
    with refused(db, "PT404", "account_not_found"):
        explain(db, uuid4())
    with refused(db, "22023", "account_id_required"):
        call(db, "explain_credits", account_id=None)


def test_a_users_missing_account_is_explained_as_zeros(db: Connection) -> None:
    use_catalog(db)
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    user_id = sign_up(db)
    found = explain(db, user_id)
    assert (found["account"]["balance"], found["totals"], found["transactions"]) == (0, {}, [])


@pytest.mark.parametrize("transaction_id", [None, 1])
def test_nobody_but_the_back_end_may_ask(db: Connection, transaction_id: int | None) -> None:
    account_id = funded_account(db, 10)
    denied = "permission denied for function explain_credits"
    for caller in (as_anon(db), as_user(db, account_id)):
        with refused(db, "42501", denied), caller:
            call(db, "explain_credits", account_id=account_id, transaction_id=transaction_id)
