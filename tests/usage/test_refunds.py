"""``refund_credits``: what a charge took comes back, in whole or in part, never more than that."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tests.referral.referring import person
from tests.reports.explained import KINDS, full_life, open_shop
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.usage.charges import capture, charge, hold, last_move, refund, types, unchanged
from tests.wallets import (
    add,
    balance_of,
    call,
    call_all,
    change_plan,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)


def test_without_an_amount_all_of_a_charge_comes_back(db: Connection) -> None:
    account_id = funded_account(db, 100)
    paid = charge(db, account_id, 30)
    with as_service(db):
        answer = refund(db, account_id, paid)
    assert answer == {
        "transaction_id": 3, "grant_id": None, "amount": 30,
        "balance": 100, "held": 0, "available": 100,
    }  # fmt: skip
    assert remaining(db, account_id) == {1: 100}
    assert last_move(db, account_id) == {1: 30}


def test_what_came_back_can_be_spent_again(db: Connection) -> None:
    account_id = funded_account(db, 30)
    refund(db, account_id, charge(db, account_id, 30))
    again = charge(db, account_id, 30)
    assert last_move(db, account_id) == {1: 30}
    assert refund(db, account_id, again)["balance"] == 30


def test_a_refund_is_written_as_one_of_its_charge(db: Connection) -> None:
    account_id = funded_account(db, 10)
    actor = sign_up(db)
    terms = {"service": "video", "reference": "job-7", "user_id": actor}
    paid = charge(db, account_id, 4, quantity=2, **terms)
    refund(db, account_id, paid, 3, key="back", reason="The film was black")
    row = history(db, account_id)[-1]
    assert {name: row[name] for name in terms} == terms
    assert (row["type"], row["amount"], row["balance_after"]) == ("refund", 3, 9)
    assert (row["scope"], row["key"], row["description"]) == (
        "service", "back", "The film was black",
    )  # fmt: skip
    assert row["metadata"] == {"transaction_id": paid}
    (shown, *_) = call_all(db, "list_credit_transactions", account_id=account_id)
    assert (shown["type"], shown["transaction_type"]) == ("refund", "refund")


def test_parts_come_back_one_after_the_other_and_then_the_rest(db: Connection) -> None:
    account_id = funded_account(db, 100)
    paid = charge(db, account_id, 30)
    assert [refund(db, account_id, paid, part)["balance"] for part in (5, "0.5")] == [
        75, Decimal("75.5"),
    ]  # fmt: skip
    assert refund(db, account_id, paid)["amount"] == Decimal("24.5")
    assert balance_of(db, account_id)["balance"] == 100


def test_no_more_comes_back_than_was_paid_in_sum(db: Connection) -> None:
    account_id = funded_account(db, 100)
    paid = charge(db, account_id, 30)
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid") as detail:
        refund(db, account_id, paid, "30.000000001")
    assert detail == {"paid": 30, "refunded": 0, "required": 30.000000001}
    refund(db, account_id, paid, 20)
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid") as detail:
        refund(db, account_id, paid, "10.000000001")
    assert detail == {"paid": 30, "refunded": 20, "required": 10.000000001}
    assert refund(db, account_id, paid, 10)["balance"] == 100


@pytest.mark.parametrize("amount", [None, "0.000000001"])
def test_of_a_charge_that_came_back_nothing_more_comes(db: Connection, amount: str | None) -> None:
    account_id = funded_account(db, 100)
    paid = charge(db, account_id, 30)
    refund(db, account_id, paid)
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid") as detail:
        refund(db, account_id, paid, amount)
    assert (detail["paid"], detail["refunded"]) == (30, 30)


def test_a_use_that_was_free_has_nothing_to_give_back(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    free = call(db, "use_credits", service="ping", key="free", account_id=account_id)
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid") as detail:
        refund(db, account_id, free["transaction_id"])
    assert (detail["paid"], detail["refunded"]) == (0, 0)


def test_a_charge_that_the_catalog_priced_comes_back_at_the_price_of_then(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    used = call(db, "use_credits", service="sms", quantity=3, key="a", account_id=account_id)
    assert refund(db, account_id, used["transaction_id"])["amount"] == 3


def test_what_a_hold_captured_comes_back(db: Connection) -> None:
    account_id = funded_account(db, 3, priority=0)
    add(db, account_id, 10)
    paid = capture(db, account_id, hold(db, account_id, 9), 7)
    answer = refund(db, account_id, paid, 5)
    assert (answer["balance"], answer["held"]) == (11, 0)
    assert remaining(db, account_id) == {1: 1, 2: 10}
    refund(db, account_id, paid)
    assert remaining(db, account_id) == {1: 3, 2: 10}


def test_what_another_hold_keeps_stays_held(db: Connection) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    hold(db, account_id, 5)
    answer = refund(db, account_id, paid)
    assert (answer["balance"], answer["held"], answer["available"]) == (10, 5, 5)


def test_what_was_captured_beyond_a_hold_comes_back_too(db: Connection) -> None:
    account_id = funded_account(db, 5, priority=0)
    add(db, account_id, 10)
    hold_id = hold(db, account_id, 4)
    add(db, account_id, 2, priority=0, expires_at="2100-01-01")
    paid = capture(db, account_id, hold_id, 8)
    assert last_move(db, account_id) == {1: 5, 2: 1, 3: 2}
    refund(db, account_id, paid, 2)
    assert last_move(db, account_id) == {2: 1, 1: 1}
    refund(db, account_id, paid)
    assert remaining(db, account_id) == {1: 5, 2: 10, 3: 2}


def test_what_a_user_spent_comes_back_by_the_back_end(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    with as_user(db, user_id):
        used = call(db, "use_credits", service="sms", quantity=2, key="a")
    with as_service(db):
        answer = refund(db, user_id, used["transaction_id"], key="a")
    assert answer["balance"] == 5
    row = history(db, user_id)[-1]
    assert (row["user_id"], row["service"], row["scope"]) == (user_id, "sms", "service")


def test_no_other_kind_of_transaction_can_be_refunded(db: Connection) -> None:
    open_shop(db)
    account_id, _ = full_life(db, person)
    others = {row["type"]: row["id"] for row in history(db, account_id) if row["type"] != "usage"}
    assert others.keys() == KINDS - {"usage"}
    with unchanged(db):
        for transaction_id in others.values():
            with refused(db, "PT404", "transaction_not_found"):
                refund(db, account_id, transaction_id)


def test_only_a_charge_can_be_refunded(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 20, source="purchase")
    add(db, account_id, 5, expires_at="2100-01-01")
    call(db, "expire_credits", at="2100-01-01")
    change_plan(db, account_id, "capped")
    refund(db, account_id, charge(db, account_id, 6))
    found = dict(enumerate(types(db, account_id), start=1))
    others = {id_: type_ for id_, type_ in found.items() if type_ != "usage"}
    assert set(others.values()) == {
        "welcome", "purchase", "bonus", "expiry", "adjustment", "refund",
    }  # fmt: skip
    for transaction_id in (*others, 0, -1, len(found) + 1, 2**63 - 1, None):
        with unchanged(db), refused(db, "PT404", "transaction_not_found") as detail:
            refund(db, account_id, transaction_id)
        assert detail == {}


def test_a_charge_of_another_account_is_as_absent(db: Connection) -> None:
    account_id, other = funded_account(db, 10), funded_account(db, 10)
    for _ in range(3):
        paid = charge(db, other, 1)
    charge(db, account_id, 1)
    for transaction_id in (paid, paid + 100):
        with unchanged(db), refused(db, "PT404", "transaction_not_found") as detail:
            refund(db, account_id, transaction_id)
        assert detail == {}


@pytest.mark.parametrize(
    "amount", ["0", "-1", "-0.000000001", "NaN", "Infinity", "-Infinity", "0.0000000001", "1e16"]
)
def test_an_amount_that_is_no_amount_is_refused(db: Connection, amount: str) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    with unchanged(db), refused(db, "22023", "invalid_amount"):
        refund(db, account_id, paid, amount)


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_a_key_that_is_no_key_is_refused(db: Connection, key: str | None) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    with unchanged(db), refused(db, "22023", "invalid_key"):
        refund(db, account_id, paid, key=key)


def test_a_reason_has_at_most_1000_characters(db: Connection) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    with unchanged(db), refused(db, "22023", "description_too_long") as detail:
        refund(db, account_id, paid, reason="r" * 1001)
    assert detail == {"limit": 1000}
    assert refund(db, account_id, paid, reason="r" * 1000)["amount"] == 4


def test_an_account_must_be_named_and_there(db: Connection) -> None:
    with refused(db, "PT404", "account_not_found"):
        refund(db, uuid4(), 1)
    with refused(db, "22023", "account_id_required"):
        call(db, "refund_credits", account_id=None, transaction_id=1, key="k")


def test_a_paused_account_gets_its_credits_back(db: Connection) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    db.execute("update credits.accounts set status = 'paused' where id = %s", [account_id])
    assert refund(db, account_id, paid)["balance"] == 10


def test_nobody_but_the_back_end_may_refund(db: Connection) -> None:
    account_id: UUID = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    denied = "permission denied for function refund_credits"
    for caller in (as_anon(db), as_user(db, account_id)):
        with unchanged(db), refused(db, "42501", denied), caller:
            refund(db, account_id, paid)


def test_a_closed_account_takes_nothing_back(db: Connection) -> None:
    account_id = funded_account(db, 10)
    paid = charge(db, account_id, 4)
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account_id])
    with unchanged(db), refused(db, "PT403", "account_closed"):
        refund(db, account_id, paid)
