"""One effect and one answer for each idempotency key, whatever has changed since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_user, sign_up
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
    with_service,
)


def use(conn: Connection, user_id: UUID, key: str, **more: Any) -> Row:
    """Spend as the signed-in user, by default one sms from the personal account."""
    with as_user(conn, user_id):
        charge: Row = call(conn, "use_credits", **{"service": "sms", "key": key, **more})
    return charge


def test_a_repeated_call_has_one_effect_and_one_answer(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = deduct(db, account_id, 30, key="job-1")
    assert [deduct(db, account_id, 30, key="job-1") for _ in range(5)] == [first] * 5
    assert first["balance"] == balance_of(db, account_id)["balance"] == 70
    assert len(history(db, account_id)) == 2


def test_every_keyed_operation_replays_its_first_answer(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    acts: list[Callable[[], Row]] = [
        lambda: add(db, account_id, 50, key="a"),
        lambda: deduct(db, account_id, "0.5", key="b"),
        lambda: use(db, account_id, "c"),
        lambda: change_plan(db, account_id, "basic", key="d"),
    ]
    for act in acts:
        first = act()
        length = len(history(db, account_id))
        assert act() == first
        assert len(history(db, account_id)) == length


def test_a_replay_is_answered_as_then_although_the_balance_has_changed(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = deduct(db, account_id, 30, key="job-1")
    deduct(db, account_id, 70)
    assert deduct(db, account_id, 30, key="job-1") == first
    assert first["available"] == 70


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_replay_is_answered_although_the_account_was_stopped(db: Connection, status: str) -> None:
    account_id = funded_account(db, 100, key="gift")
    charge = deduct(db, account_id, 30, key="job-1")
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    assert deduct(db, account_id, 30, key="job-1") == charge
    assert add(db, account_id, 100, key="gift")["balance"] == 100


def test_a_replay_keeps_the_price_of_then(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    charge = use(db, account_id, "call-1")
    use_catalog(db, with_service("sms", credits=3))
    assert use(db, account_id, "call-1") == charge
    assert charge["cost"] == 1
    assert use(db, account_id, "call-2")["cost"] == 3


def test_a_replay_is_answered_although_the_service_is_gone(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    charge = use(db, account_id, "call-1")
    use_catalog(db, with_service("sms", code="text"))
    assert use(db, account_id, "call-1") == charge
    with refused(db, "22023", "unknown_service"):
        use(db, account_id, "call-2")


def test_a_replay_is_answered_although_the_cap_is_reached(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    change_plan(db, account_id, "capped")
    add(db, account_id, 100)
    charge = deduct(db, account_id, 50, key="job-1")
    assert deduct(db, account_id, 50, key="job-1") == charge
    with refused(db, "PT402", "spend_cap_reached"):
        deduct(db, account_id, 1)


def test_a_key_replays_days_later(db: Connection) -> None:
    account_id = funded_account(db)
    first = add(db, account_id, 10, key="job-1")
    db.execute(
        """
        alter table credits.transactions disable trigger transactions_refuse_change;
        update credits.transactions set created_at = created_at - interval '400 days';
        update credits.transactions as t set hash = credits.transaction_hash('\\x', t);
        update credits.accounts as a set last_hash = t.hash, last_transaction_at = t.created_at
        from credits.transactions as t where t.account_id = a.id;
        alter table credits.transactions enable always trigger transactions_refuse_change;
        """
    )
    assert add(db, account_id, 10, key="job-1") == first
    assert len(history(db, account_id)) == 1


def test_a_key_with_another_amount_is_refused_and_changes_nothing(db: Connection) -> None:
    account_id = funded_account(db, 100)
    charge = deduct(db, account_id, 30, key="job-1")
    with refused(db, "PT409", "idempotency_key_reused") as detail:
        deduct(db, account_id, 31, key="job-1")
    assert detail == {"key": "job-1", "transaction_id": charge["transaction_id"]}
    assert balance_of(db, account_id)["balance"] == 70


@pytest.mark.parametrize(
    "other",
    [
        {"service": "sms"},
        {"quantity": 2},
        {"usage": {"minutes": 1}},
        {"reference": "other"},
        {"description": "other"},
        {"metadata": {"other": 1}},
        {"user_id": UUID(int=1)},
    ],
    ids=lambda other: str(next(iter(other))),
)
def test_a_key_with_any_other_argument_is_refused(db: Connection, other: Row) -> None:
    account_id = funded_account(db, 100)
    deduct(db, account_id, 30, key="job-1")
    with refused(db, "PT409", "idempotency_key_reused"):
        deduct(db, account_id, 30, key="job-1", **other)


def test_operations_share_one_key_space(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    change_plan(db, account_id, "basic", key="plan")
    add(db, account_id, 30, key="gift")
    with refused(db, "PT409", "idempotency_key_reused"):
        deduct(db, account_id, 30, key="gift")
    with refused(db, "PT409", "idempotency_key_reused"):
        call(db, "use_credits", service="sms", key="gift", account_id=account_id)
    with refused(db, "PT409", "idempotency_key_reused"):
        change_plan(db, account_id, "plus", key="gift")
    with refused(db, "PT409", "idempotency_key_reused"):
        add(db, account_id, 30, key="plan")


def test_equal_numbers_are_one_request_however_they_are_written(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = deduct(db, account_id, "30", key="job-1", quantity="2", metadata={})
    assert deduct(db, account_id, "30.000", key="job-1", quantity="2.0") == first


def test_the_same_key_of_another_account_is_another_request(db: Connection) -> None:
    one, other = funded_account(db, 100), funded_account(db, 50)
    assert deduct(db, one, 30, key="job-1")["balance"] == 70
    assert deduct(db, other, 40, key="job-1")["balance"] == 10


def test_each_caller_of_an_account_has_keys_of_its_own(db: Connection) -> None:
    use_catalog(db)
    team_id = call(db, "open_credit_account", external_id="team")
    add(db, team_id, 10, key="k")
    members = [sign_up(db), sign_up(db)]
    for user_id in members:
        db.execute("insert into credits.members values (%s, %s, 'member')", [team_id, user_id])
    charges = [use(db, user_id, "k", account_id=team_id) for user_id in members]
    assert [charge["balance"] for charge in charges] == [14, 13]
    assert [use(db, user_id, "k", account_id=team_id) for user_id in members] == charges


def test_nobody_can_take_a_key_that_the_system_will_need(db: Connection) -> None:
    use_catalog(db)
    account_id = sign_up(db)
    for key in ("welcome:pro", "welcome:pro:1", "expiry:1", "allowance:0:basic:1"):
        add(db, account_id, 1, key=key)
    assert change_plan(db, account_id, "pro")["granted"] == 5
    assert change_plan(db, account_id, "basic")["granted"] == 100


def test_a_refusal_consumes_no_key(db: Connection) -> None:
    account_id = funded_account(db, 10)
    with refused(db, "PT402", "insufficient_credits"):
        deduct(db, account_id, 30, key="job-1")
    add(db, account_id, 90)
    assert deduct(db, account_id, 31, key="job-1")["balance"] == 69
