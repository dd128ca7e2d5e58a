"""One hold for each idempotency key; holds and transactions share one key space."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.holds.holding import (
    capture,
    extend,
    has,
    hold,
    let_end,
    log,
    release,
)
from tests.support import Connection, as_user, sign_up
from tests.wallets import (
    Row,
    add,
    call,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
    with_service,
)


def test_a_repeated_hold_has_one_effect_and_one_answer(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, 30, key="k")
    assert [hold(db, account_id, 30, key="k") for _ in range(5)] == [first] * 5
    assert len(log(db, account_id)) == 1
    assert has(db, account_id) == (100, 30, 70)


def test_a_replay_has_the_balances_of_then_and_the_state_of_now(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, 30, key="k")
    add(db, account_id, 50)
    extended = extend(db, account_id, first, 3600)
    assert hold(db, account_id, 30, key="k") == {**first, "expires_at": extended["expires_at"]}
    capture(db, account_id, first, 10)
    again = hold(db, account_id, 30, key="k")
    assert again == {**first, "expires_at": extended["expires_at"], "state": "captured"}


@pytest.mark.parametrize("state", ["released", "expired"])
def test_a_replay_of_a_hold_that_ended_places_no_other(db: Connection, state: str) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, 30, key="k")
    if state == "released":
        release(db, account_id, first)
    else:
        let_end(db, first)
    again = hold(db, account_id, 30, key="k")
    assert (again["hold_id"], again["state"]) == (first["hold_id"], state)
    assert has(db, account_id) == (100, 0, 100)


def test_a_replay_is_answered_although_nothing_is_available_or_allowed_any_more(
    db: Connection,
) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, 30, key="k")
    deduct(db, account_id, 70)
    db.execute("update credits.accounts set status = 'paused', monthly_spend_cap = 1")
    assert hold(db, account_id, 30, key="k") == first


def test_a_replay_keeps_the_size_of_then(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    first = hold(db, account_id, service="sms", quantity=10, key="k")
    use_catalog(db, with_service("sms", credits=3))
    assert hold(db, account_id, service="sms", quantity=10, key="k") == first
    assert first["amount"] == 10


def test_equal_numbers_are_one_request_however_they_are_written(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, "30", key="k", quantity="2", metadata={})
    assert hold(db, account_id, "30.000", key="k", quantity="2.0") == first


OTHERS: list[Row] = [
    {"amount": 31},
    {"amount": None, "service": "sms"},
    {"service": "sms"},
    {"quantity": 2},
    {"usage": {"minutes": 1}},
    {"ttl_seconds": 901},
    {"reference": "other"},
    {"metadata": {"other": 1}},
    {"metadata": {"prompt": "other"}},
    {"user_id": UUID(int=1)},
    {"partial": True},
]


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_a_key_with_another_request_is_refused(db: Connection, other: Row) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 30, key="k", metadata={"prompt": "Hello"})
    with refused(db, "PT409", "idempotency_key_reused") as detail:
        hold(db, account_id, key="k", **{"amount": 30, "metadata": {"prompt": "Hello"}, **other})
    assert detail["key"] == "k"
    assert has(db, account_id) == (100, 30, 70)


def test_the_same_prompt_is_the_same_request(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, 30, key="k", metadata={"prompt": "Hello", "a": 1})
    assert hold(db, account_id, 30, key="k", metadata={"a": 1, "prompt": "Hello"}) == first


Act = Callable[[Connection, UUID], object]
SPENDS: dict[str, Act] = {
    "deduct": lambda conn, id_: deduct(conn, id_, 30, key="k"),
    "add": lambda conn, id_: add(conn, id_, 30, key="k"),
    "use": lambda conn, id_: call(conn, "use_credits", service="sms", key="k", account_id=id_),
    "change plan": lambda conn, id_: call(
        conn, "change_credit_plan", account_id=id_, plan="pro", key="k"
    ),
}


@pytest.mark.parametrize("name", SPENDS)
@pytest.mark.parametrize("ended", [False, True])
def test_the_key_of_a_hold_is_taken_for_every_other_operation(
    db: Connection, name: str, ended: bool
) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, key="k")
    if ended:
        release(db, account_id, held)
    length = len(history(db, account_id))
    with refused(db, "PT409", "idempotency_key_reused") as detail:
        SPENDS[name](db, account_id)
    assert detail["key"] == "k"
    assert len(history(db, account_id)) == length


@pytest.mark.parametrize("name", SPENDS)
def test_the_key_of_every_other_operation_is_taken_for_holds(db: Connection, name: str) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    SPENDS[name](db, account_id)
    with refused(db, "PT409", "idempotency_key_reused") as detail:
        hold(db, account_id, 30, key="k")
    assert detail == {"key": "k", "transaction_id": history(db, account_id)[-1]["id"]}
    assert log(db, account_id) == []


def test_a_users_key_and_the_back_ends_do_not_meet(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    with as_user(db, user_id):
        call(db, "use_credits", service="sms", key="k")
    assert hold(db, user_id, 1, key="k")["state"] == "open"


def test_the_same_key_of_another_account_is_another_hold(db: Connection) -> None:
    one, other = funded_account(db, 100), funded_account(db, 50)
    holds = [hold(db, one, 30, key="k"), hold(db, other, 40, key="k")]
    assert holds[0]["hold_id"] != holds[1]["hold_id"]
    assert (has(db, one), has(db, other)) == ((100, 30, 70), (50, 40, 10))


def test_a_refusal_consumes_no_key(db: Connection) -> None:
    account_id = funded_account(db, 10)
    with refused(db, "PT402", "insufficient_credits"):
        hold(db, account_id, 30, key="k")
    add(db, account_id, 90)
    assert hold(db, account_id, 31, key="k")["available"] == 69


def test_a_key_that_a_capture_uses_is_nobody_elses_to_take(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    add(db, account_id, 1, key=f"capture:{held['hold_id']}")
    assert capture(db, account_id, held, 12)["cost"] == 12


def test_days_later_a_key_still_replays(db: Connection) -> None:
    account_id = funded_account(db, 100)
    first = hold(db, account_id, 30, key="k")
    capture(db, account_id, first, 10)
    db.execute(
        """
        update credits.holds
        set created_at = created_at - interval '400 days',
            expires_at = expires_at - interval '400 days'
        """
    )
    assert hold(db, account_id, 30, key="k")["hold_id"] == first["hold_id"]
    assert has(db, account_id) == (90, 0, 90)
