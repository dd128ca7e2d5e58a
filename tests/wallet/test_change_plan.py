"""``change_credit_plan``: welcome credits and allowances are topped up, and never twice."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

import pytest

from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    history,
    refused,
    remaining,
    use_catalog,
    with_plan,
)


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user on the free plan, with its 5 welcome credits."""
    use_catalog(db)
    return sign_up(db)


def test_an_upgrade_before_the_first_use_tops_the_welcome_credits_up(
    db: Connection, user_id: UUID
) -> None:
    with as_service(db):
        answer = change_plan(db, user_id, "pro")
    assert answer == {"old_plan": "free", "new_plan": "pro", "granted": 5}
    assert change_plan(db, user_id, "top")["granted"] == 10
    shown = balance_of(db, user_id)
    assert (shown["plan"], shown["balance"]) == ("top", 20)
    types = [(row["type"], row["amount"]) for row in history(db, user_id)]
    assert types == [
        ("welcome", 5), ("welcome", 5), ("adjustment", 0), ("welcome", 10), ("adjustment", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("service", ["sms", "ping"])
def test_an_upgrade_after_the_first_use_gives_no_welcome_credits(
    db: Connection, user_id: UUID, service: str
) -> None:
    with as_user(db, user_id):
        charge = call(db, "use_credits", service=service, key="k")
    assert change_plan(db, user_id, "top")["granted"] == 0
    assert balance_of(db, user_id)["balance"] == charge["balance"]


def test_other_grants_do_not_spoil_the_welcome_credits(db: Connection, user_id: UUID) -> None:
    add(db, user_id, 100, "purchase")
    assert change_plan(db, user_id, "pro")["granted"] == 5
    assert balance_of(db, user_id)["balance"] == 110


def test_a_downgrade_takes_nothing_back(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "top")
    assert change_plan(db, user_id, "free")["granted"] == 0
    assert balance_of(db, user_id)["balance"] == 20


@pytest.mark.parametrize("order", [*permutations(["free", "pro", "top"])], ids=" ".join)
def test_changing_back_and_forth_never_gives_more_welcome_credits(
    db: Connection, user_id: UUID, order: tuple[str, ...]
) -> None:
    for plan in order * 3:
        change_plan(db, user_id, plan)
    assert balance_of(db, user_id)["balance"] == 20


def test_a_raised_welcome_is_topped_up_to_an_unused_account(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "pro")
    use_catalog(db, with_plan("pro", welcome_credits=12))
    assert [change_plan(db, user_id, "pro")["granted"] for _ in range(2)] == [2, 0]
    assert balance_of(db, user_id)["balance"] == 12


def test_a_plan_with_an_allowance_gives_this_months_at_once(db: Connection, user_id: UUID) -> None:
    assert change_plan(db, user_id, "basic")["granted"] == 100
    allowance = history(db, user_id)[1]
    assert (allowance["type"], allowance["amount"]) == ("allowance", 100)
    assert allowance["reference"] == "period:0"
    assert balance_of(db, user_id)["expiring_credits"] == 100


def test_a_higher_allowance_is_topped_up_within_the_period(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "basic")
    deduct(db, user_id, 60)
    assert change_plan(db, user_id, "plus")["granted"] == 900
    assert balance_of(db, user_id)["balance"] == 945
    assert len(remaining(db, user_id)) == 3


def test_a_lower_allowance_counts_from_the_next_period(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "plus")
    assert change_plan(db, user_id, "basic")["granted"] == 0
    shown = balance_of(db, user_id)
    assert shown["balance"] == 1005
    call(db, "reset_monthly_credits", at=shown["expires_at"])
    assert balance_of(db, user_id)["balance"] == 105


@pytest.mark.parametrize("order", [*permutations(["basic", "free", "plus"])], ids=" ".join)
def test_changing_back_and_forth_never_gives_more_allowance(
    db: Connection, user_id: UUID, order: tuple[str, ...]
) -> None:
    for plan in order * 3:
        change_plan(db, user_id, plan)
    assert balance_of(db, user_id)["balance"] == 1005
    deduct(db, user_id, 1005)
    for plan in order * 2:
        assert change_plan(db, user_id, plan)["granted"] == 0


def test_leaving_a_plan_and_coming_back_does_not_move_its_periods(
    db: Connection, user_id: UUID
) -> None:
    change_plan(db, user_id, "basic")
    ends_at = balance_of(db, user_id)["expires_at"]
    change_plan(db, user_id, "free")
    assert call(db, "reset_monthly_credits", at=ends_at) == 0
    change_plan(db, user_id, "basic")
    assert balance_of(db, user_id)["expires_at"] == ends_at


def test_a_raised_allowance_is_topped_up_when_the_plan_is_set_again(
    db: Connection, user_id: UUID
) -> None:
    change_plan(db, user_id, "basic")
    use_catalog(db, with_plan("basic", monthly_credits=150))
    assert [change_plan(db, user_id, "basic")["granted"] for _ in range(2)] == [50, 0]


def test_the_change_itself_is_in_the_history(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "pro", key="upgrade")
    row = history(db, user_id)[-1]
    assert (row["type"], row["amount"], row["key"]) == ("adjustment", 0, "upgrade")
    assert row["metadata"] == {"old_plan": "free", "new_plan": "pro", "granted": 5}


@pytest.mark.parametrize("plan", ["unheard-of", "", None])
def test_an_unknown_plan_is_refused_and_changes_nothing(
    db: Connection, user_id: UUID, plan: str
) -> None:
    with refused(db, "22023", "unknown_plan") as detail:
        change_plan(db, user_id, plan)
    assert detail == {"plan": plan}
    assert balance_of(db, user_id)["plan"] == "free"


def test_a_user_cannot_change_the_own_plan(db: Connection, user_id: UUID) -> None:
    denied = "permission denied for function change_credit_plan"
    with refused(db, "42501", denied), as_user(db, user_id):
        change_plan(db, user_id, "top")


@pytest.mark.parametrize(
    ("plan", "allowance"), [("free", 0), ("basic", 100), ("plus", 1000), ("top", 0)]
)
def test_a_plans_allowance_can_be_asked(db: Connection, plan: str, allowance: int) -> None:
    use_catalog(db)
    with as_service(db):
        assert call(db, "get_monthly_credits", plan=plan) == allowance
    with refused(db, "22023", "unknown_plan"):
        call(db, "get_monthly_credits", plan="unheard-of")
