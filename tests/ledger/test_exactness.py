"""Credits are exact decimals of nine places: parts sum to the whole and nothing is minted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support import Connection, sign_up
from tests.wallets import (
    add,
    balance_of,
    call,
    call_all,
    changed_catalog,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
)

THIRD = Decimal("0.333333333")
SMALLEST = Decimal("0.000000001")


def test_three_thirds_and_the_last_fraction_are_the_whole(db: Connection) -> None:
    account_id = funded_account(db, 1)
    balances = [deduct(db, account_id, THIRD)["balance"] for _ in range(3)]
    assert balances == [Decimal("0.666666667"), Decimal("0.333333334"), SMALLEST]
    assert deduct(db, account_id, SMALLEST)["balance"] == 0
    assert balance_of(db, account_id)["total_spent"] == 1


@pytest.mark.parametrize(
    ("mode", "places", "cost"),
    [
        ("half_up", 9, "0.333333333"),
        ("up", 9, "0.333333334"),
        ("half_up", 2, "0.33"),
        ("up", 2, "0.34"),
        ("up", 0, "1"),
    ],
)
def test_a_charge_is_rounded_once_by_the_catalogs_rule(
    db: Connection, mode: str, places: int, cost: str
) -> None:
    use_catalog(db, changed_catalog(rounding={"mode": mode, "places": places}))
    account_id = sign_up(db)
    charges = [
        call(db, "use_credits", service="third", key=str(n), account_id=account_id)
        for n in range(3)
    ]
    assert [charge["cost"] for charge in charges] == [Decimal(cost)] * 3
    assert balance_of(db, account_id)["balance"] == 5 - 3 * Decimal(cost)


def test_a_quantity_is_rounded_as_one_charge_not_unit_by_unit(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    charge = call(db, "use_credits", service="third", key="k", quantity=3, account_id=account_id)
    assert charge["cost"] == 1


def test_large_and_small_amounts_meet_without_loss(db: Connection) -> None:
    account_id = funded_account(db, 10**12)
    add(db, account_id, SMALLEST)
    assert balance_of(db, account_id)["balance"] == 10**12 + SMALLEST
    assert deduct(db, account_id, SMALLEST)["balance"] == 10**12
    assert deduct(db, account_id, "999999999999.999999999")["balance"] == SMALLEST


def test_a_thousand_tenths_are_a_hundred(db: Connection) -> None:
    account_id = funded_account(db, 100)
    db.execute(
        "select public.check_and_deduct_credits(%s, 0.1, n::text) from generate_series(1, 1000) n",
        [account_id],
    )
    assert balance_of(db, account_id)["balance"] == 0


def test_amounts_are_stored_without_trailing_zeros(db: Connection) -> None:
    account_id = funded_account(db, "10.500000000")
    deduct(db, account_id, "0.500000000")
    stored = [str(row["balance_after"]) for row in history(db, account_id)]
    assert stored == ["10.5", "10"]


def test_an_account_has_a_largest_balance(db: Connection) -> None:
    account_id = funded_account(db)
    db.execute(
        "select public.add_credits(%s, 1e12, 'bonus', n::text) from generate_series(1, 1000) as n",
        [account_id],
    )
    assert balance_of(db, account_id)["balance"] == 10**15
    with refused(db, "22023", "balance_out_of_bounds") as detail:
        add(db, account_id, SMALLEST)
    assert detail == {"limit": 10**15}


def test_what_was_issued_was_spent_or_expired_or_is_still_there(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    add(db, account_id, "12.345678901")
    deduct(db, account_id, "7.000000007")
    call(db, "change_credit_plan", account_id=account_id, plan="basic", key="p")
    deduct(db, account_id, 40)
    call_all(db, "expire_credits", at="2100-01-01")
    moved = {row["type"]: Decimal(0) for row in history(db, account_id)}
    for row in history(db, account_id):
        moved[row["type"]] += row["amount"]
    assert sum(moved.values()) == balance_of(db, account_id)["balance"]
    assert moved["usage"] == -Decimal("47.000000007")
    assert moved["welcome"] + moved["bonus"] + moved["allowance"] == Decimal("117.345678901")
