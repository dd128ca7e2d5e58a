"""``check_and_deduct_credits``: the back end charges an amount of its own."""

from __future__ import annotations

import pytest

from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import (
    balance_of,
    call_all,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
)


def test_a_charge_answers_with_its_cost_and_the_balances(db: Connection) -> None:
    account_id = funded_account(db, 10)
    with as_service(db):
        answer = deduct(db, account_id, 4)
    assert answer == {"transaction_id": 2, "cost": 4, "balance": 6, "held": 0, "available": 6}
    shown = balance_of(db, account_id)
    assert (shown["balance"], shown["total_spent"], shown["total_purchased"]) == (6, 4, 0)


def test_a_charge_keeps_what_was_said_about_it(db: Connection) -> None:
    account_id = funded_account(db, 10)
    actor = sign_up(db)
    deduct(
        db,
        account_id,
        4,
        service="video",
        quantity=2,
        usage={"minutes": 2},
        reference="job-7",
        description="A film",
        metadata={"a": [1]},
        user_id=actor,
    )
    (shown, _) = call_all(db, "list_credit_transactions", account_id=account_id)
    assert {k: shown[k] for k in ("type", "transaction_type", "amount", "user_id")} == {
        "type": "usage",
        "transaction_type": "spend",
        "amount": -4,
        "user_id": actor,
    }
    assert (shown["service"], shown["quantity"], shown["reference"]) == ("video", 2, "job-7")
    assert (shown["description"], shown["metadata"]) == ("A film", {"a": [1]})
    assert history(db, account_id)[-1]["usage"] == {"minutes": 2}


def test_a_charge_of_all_that_is_there_is_paid_and_one_beyond_is_not(db: Connection) -> None:
    account_id = funded_account(db, 10)
    assert deduct(db, account_id, 10)["balance"] == 0
    with refused(db, "PT402", "insufficient_credits") as detail:
        deduct(db, account_id, 1)
    assert detail == {"required": 1, "available": 0, "balance": 0, "held": 0}


def test_a_charge_needs_no_catalog_and_no_known_service(db: Connection) -> None:
    account_id = funded_account(db, 10)
    assert deduct(db, account_id, 1, service="anything")["cost"] == 1
    assert history(db, account_id)[-1]["price_version"] is None


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0.0000000001", "1e13", None])
def test_an_amount_that_is_no_amount_is_refused(db: Connection, amount: str | None) -> None:
    account_id = funded_account(db, 10)
    with refused(db, "22023", "invalid_amount"):
        deduct(db, account_id, amount)
    assert len(history(db, account_id)) == 1


def test_nobody_else_may_charge_an_account(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    for caller in (as_anon(db), as_user(db, account_id)):
        denied = "permission denied for function check_and_deduct_credits"
        with refused(db, "42501", denied), caller:
            deduct(db, account_id, 1)
